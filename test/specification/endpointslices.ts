import type { Rule } from './rule.ts'

const CONTROLLER =
  'kube-controller-manager, pkg/controller/endpointslice (1.20 …), staging/src/k8s.io/endpointslice/reconciler.go (1.28 … 1.36)'

/** Rules of EndpointSlices. */
export const endpointslices: readonly Rule[] = [
  {
    rule: 'Up to 1.21 a terminating Pod leaves its slice at once; from 1.22 on it stays, with the conditions serving and terminating, until its object is gone',
    source: CONTROLLER,
    tests: [
      'control/endpoint.test.ts: of Kubernetes 1.20 loses the terminating Pod from its slice at once',
      'control/endpoint/membership.test.ts: says serving and terminating, not ready, from 1.22 on',
    ],
  },
  {
    rule: 'A slice holds 100 endpoints (max-endpoints-per-slice)',
    source: CONTROLLER,
    tests: ['control/endpoint.test.ts: fill slices of 100, or of --max-endpoints-per-slice'],
  },
  {
    rule: 'Few writes: slices that must be written are filled first, the fullest first; then one with room for all the rest; then new ones',
    source: `${CONTROLLER}:reconcileByPortMapping`,
    tests: [
      'control/endpointslice/reconcile.test.ts: that must be written anyway are filled first',
      'control/endpointslice/reconcile.test.ts: with room take all new Pods in one write',
      'control/endpointslice/reconcile.test.ts: without room for all of them get a new one',
      'control/endpointslice/reconcile.test.ts: that lose all their Pods go, but the last one stays empty',
    ],
  },
  {
    rule: 'A sync that fails is repeated after 1 s, 2 s … 100 s: 409 from a stale cache up to the first patches of 1.20, since then the controller sees for itself that its cache is stale',
    source: 'kube-controller-manager, pkg/controller/endpointslice/endpointslice_controller.go:defaultSyncBackOff, PR #99345',
    tests: [
      'control/endpoint.test.ts: that change within milliseconds may outrun the caches; Endpoints catch up after 5 ms, slices sometimes after a second: %s',
      'control/retries.test.ts: %s are tried 16 times',
    ],
  },
  {
    rule: 'A Pod whose Node object is gone fails the sync up to 1.24; from 1.25 on it is left out and the sync repeated',
    source: `${CONTROLLER}, PR #110639`,
    tests: ['control/endpoint.test.ts: A Pod whose Node object is gone leaves the slices from 1.25 on, and the sync is tried again'],
  },
]
