import type { Rule } from './rule.ts'

const CONTROL = 'kube-controller-manager, pkg/controller/statefulset/stateful_set_control.go'
const UTILS = 'kube-controller-manager, pkg/controller/statefulset/stateful_set_utils.go'

/** StatefulSets. */
export const statefulset: readonly Rule[] = [
  {
    rule: 'Pods are named by their ordinals, from spec.ordinals.start on; a name is given again only when the object of its Pod is gone',
    source: `${UTILS}:getPodName, getStartOrdinal, 1.20 … 1.36`,
    tests: [
      'control/statefulset.test.ts: has Pods named by their ordinals, from spec.ordinals.start on, and says so',
      'control/statefulset.test.ts: is created again under its name as soon as it is gone, not before',
    ],
  },
  {
    rule: 'A Pod that terminates on a machine that is silent is never replaced, until its kubelet is back, its Node is deleted, or somebody forces it',
    source: `${CONTROL}:updateStatefulSet, 1.20 … 1.36`,
    tests: [
      'control/statefulset.test.ts: is never replaced while its kubelet is silent (kubernetes-semantics §6.1)',
      'control/statefulset-story.test.ts: A terminated machine whose Node the cloud deletes frees the names: the Pod is back long before its toleration ends',
      'control/statefulset-story.test.ts: keeps its Pods where they are when the machine is back before they are deleted',
    ],
  },
  {
    rule: 'OrderedReady creates the Pods one by one, each when the one below is ready (available, where minReadySeconds counts); a pass ends at the first that is not',
    source: `${CONTROL}:updateStatefulSet, processReplica, 1.20 … 1.36`,
    tests: [
      'control/statefulset.test.ts: creates Pods one by one, each when the one below is Ready',
      'control/statefulset/plan.test.ts: %s',
    ],
  },
  {
    rule: 'Parallel does not wait; calls are made in series in 1.20, in slow-start batches later',
    source: `${CONTROL}:runForAll, 1.20 … 1.36; PR #112744`,
    tests: ['control/statefulset.test.ts: with Parallel creates without waiting, in series in 1.20, in batches later (%s)'],
  },
  {
    rule: 'A failed Pod is deleted and made anew in the same pass, from 1.31 on when it is gone; a succeeded one too from 1.27 on',
    source: `${CONTROL}:processReplica, 1.20 … 1.36; PR #120398, PR #123809`,
    tests: [
      'control/statefulset/plan.test.ts: in 1.%i a Pod that has %s is replaced as that release does',
      'control/statefulset/plan.test.ts: from 1.31 on a Pod that has ended and is being deleted is waited for',
    ],
  },
  {
    rule: 'Scaling down deletes from the greatest ordinal on, each when the one above is gone; an unhealthy Pod goes only if it is the first unhealthy one',
    source: `${CONTROL}:processCondemned, 1.20 … 1.36`,
    tests: [
      'control/statefulset.test.ts: down deletes from the greatest ordinal on, each when the one above is gone',
      'control/statefulset/plan.test.ts: scaling down %s',
      'control/statefulset/plan.test.ts: A surplus Pod that is not available blocks an ordered pass unless it is the first unhealthy one',
    ],
  },
  {
    rule: 'A rollout replaces one Pod at a time from the greatest ordinal down to the partition, each when the one above is healthy (available from 1.34 on); a broken Pod stops it',
    source: `${CONTROL}:updateStatefulSet, 1.20 … 1.36; PR #130909`,
    tests: [
      'control/statefulset.test.ts: replaces Pods one at a time from the greatest ordinal on, each when the one above is Ready',
      'control/statefulset.test.ts: does not go on below a Pod that is not Ready',
      'control/statefulset/plan.test.ts: a rollout %s',
      'control/statefulset/plan.test.ts: in 1.%i a rollout with Parallel looks at readiness or, from 1.34 on, at availability (PR #130909)',
    ],
  },
  {
    rule: 'Below the partition a Pod is made anew from the old template; with OnDelete a Pod that somebody deletes comes back with the new one',
    source: `${UTILS}:newVersionedStatefulSetPod, 1.20 … 1.36`,
    tests: [
      'control/statefulset.test.ts: stops at the partition; a Pod below it is made anew from the old template',
      'control/statefulset.test.ts: with OnDelete touches no Pod; one that is deleted comes back with the new template',
    ],
  },
  {
    rule: 'rollingUpdate.maxUnavailable lets a rollout replace several Pods at once',
    source: 'pkg/features/kube_features.go:MaxUnavailableStatefulSet, KEP-961, 1.24 … 1.36',
    absent:
      'The gate is off in every release modelled (1.35.0 … 1.35.3 had it on, 1.37 has again), so the API server drops the field; so does the model.',
  },
  {
    rule: 'minReadySeconds counts from 1.23 on; up to 1.34 the set is looked at minReadySeconds after its last pass, which may be too early, from 1.35 on when the next Pod becomes available',
    source: 'kube-controller-manager, pkg/controller/statefulset/stateful_set.go:syncStatefulSet, 1.22 … 1.36',
    tests: [
      'control/statefulset.test.ts: waits for minReadySeconds; up to 1.34 it looks minReadySeconds after its last pass, which may be too early and then is twice (%s)',
      'control/statefulset.test.ts: before 1.22 knows no minReadySeconds',
    ],
  },
  {
    rule: 'A status counts what the pass has made at once up to 1.26, only what it has found since; a rollout that has reached every Pod makes its revision the current one',
    source: `${CONTROL}:updateStatefulSet, updateStatus; ${UTILS}:completeRollingUpdate, 1.20 … 1.36`,
    tests: [
      'control/statefulset/status.test.ts: A status %s',
      'control/statefulset/status.test.ts: A rollout that has reached every Pod makes its revision the current one',
    ],
  },
  {
    rule: 'A template that was there before finds its revision again; old revisions beyond the limit are deleted',
    source: `${CONTROL}:getStatefulSetRevisions, truncateHistory, 1.20 … 1.36`,
    tests: [
      'control/statefulset.test.ts: back to an earlier template finds its revision again; beyond the history limit old ones are deleted',
    ],
  },
  {
    rule: 'Pods that have the name of a member and match are adopted, others are let go; the name of one that was let go is free when that Pod is gone',
    source: `kube-controller-manager, pkg/controller/controller_ref_manager.go:ClaimPods; ${UTILS}:isMemberOf, 1.20 … 1.36`,
    tests: [
      'control/statefulset.test.ts: A Pod of that name without a controller is adopted, not made again',
      'control/statefulset.test.ts: a Pod whose labels stop matching is let go; its name is given again when it is gone',
      'control/statefulset.test.ts: a Pod of its name whose labels begin to match is taken over',
    ],
  },
  {
    rule: 'Claims are created before their Pod and stay when it goes; persistentVolumeClaimRetentionPolicy Delete has them deleted with the set or with a surplus Pod',
    source: 'kube-controller-manager, pkg/controller/statefulset/stateful_pod_control.go, 1.20 … 1.36; KEP-1847',
    absent:
      'Claims are created and kept. A manifest that asks for their deletion is refused: what protects a claim that is still in use is not modelled.',
  },
]
