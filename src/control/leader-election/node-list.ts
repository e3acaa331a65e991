import { type Duration, seconds } from '../../kernel/time.ts'

/**
 * Between two attempts of node-ipam-controller to list the Nodes (pkg/controller/nodeipam/ipam/cidr_allocator.go:nodePollInterval, 1.20 …
 * 1.36).
 */
export const LIST_PERIOD = seconds(10)
/** From this release on the first attempt is made at once (PR #124113, merged after 1.30 had been frozen). */
const IMMEDIATE_SINCE = 31

/**
 * How long after its begin [µs] node-ipam-controller first lists the Nodes: `wait.Poll` waits a period before it asks for the first time,
 * `wait.PollUntilContextTimeout(…, immediate)` does not. pkg/controller/nodeipam/ipam/cidr_allocator.go:listNodes (1.20 … 1.36).
 */
export const firstList = (minor: number): Duration => (minor < IMMEDIATE_SINCE ? LIST_PERIOD : (0 as Duration))
