import type { Duration } from '../../kernel/time.ts'
import { durationFlag, type Flags, integerFlag } from '../../scenario/flags.ts'
import { controllerManagerFlags } from '../controller-manager-flags.ts'

const SOURCE = 'pkg/controller/endpointslice/config/v1alpha1/defaults.go, 1.20 … 1.36'

/** Flags of the EndpointSlice controller. */
export const endpointSliceFlags = {
  'concurrent-service-endpoint-syncs': integerFlag(5, 'Services whose EndpointSlices are synced at once.', SOURCE),
  'max-endpoints-per-slice': integerFlag(100, 'Endpoints one EndpointSlice holds at most.', SOURCE),
  'endpointslice-updates-batch-period': durationFlag(0 as Duration, 'Delay of EndpointSlice updates that Pods cause [0: none].', SOURCE),
  ...controllerManagerFlags,
} satisfies Flags
