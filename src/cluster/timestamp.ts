import type { Instant } from '../kernel/time.ts'

/** An instant as the API gives it back: timestamps have whole seconds (apimachinery pkg/apis/meta/v1/time.go:MarshalJSON, RFC 3339). */
export const timestamp = (time: number): Instant => (Math.floor(time / 1e6) * 1e6) as Instant
