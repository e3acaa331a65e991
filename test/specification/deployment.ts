import type { Rule } from './rule.ts'

const FOLDER = 'kube-controller-manager, pkg/controller/deployment'

/** Deployments: rollouts, scaling, progress. */
export const deployment: readonly Rule[] = [
  {
    rule: 'maxSurge is rounded up, maxUnavailable down and at most the replicas; where both are 0 one Pod may be unavailable',
    source: `${FOLDER}/util/deployment_util.go:ResolveFenceposts, 1.20 … 1.36`,
    tests: [
      'control/deployment/rolling.test.ts: of $replicas replicas, $surge and $unavailable, are $limits',
      'control/deployment.test.ts: of $replicas replicas never has more than $most Pods nor less than $least available',
    ],
  },
  {
    rule: 'One sync of a rollout either scales the new ReplicaSet up by the room under replicas + maxSurge, or old ones down; a new ReplicaSet is created with its size, and old ones shrink in the same sync',
    source: `${FOLDER}/rolling.go:rolloutRolling, 1.20 … 1.36`,
    tests: [
      'control/deployment.test.ts: of 4 replicas goes by one up and one down (maxSurge 1, maxUnavailable 1), step by step',
      'control/deployment.test.ts: of 10 replicas begins with 3 new and takes 2 old away in the same sync',
    ],
  },
  {
    rule: 'Old ReplicaSets shrink oldest first: by their unavailable Pods, then by the available ones beyond replicas − maxUnavailable',
    source: `${FOLDER}/rolling.go:reconcileOldReplicaSets, cleanupUnhealthyReplicas, 1.20 … 1.36`,
    tests: [
      'control/deployment/rolling.test.ts: Of $old replicas with $ready available, $removed are cleaned up when $most may be',
      'control/deployment/rolling.test.ts: $old old replicas, $ready available of $desired, go to $becomes',
      'control/deployment/rolling.test.ts: Old ReplicaSets shrink oldest first, unavailable Pods before available ones',
    ],
  },
  {
    rule: 'An old ReplicaSet whose status shows more available Pods than it should have by now ends a sync’s scaling down: nothing more is taken away until it has reported',
    source: `${FOLDER}/rolling.go:cleanupUnhealthyReplicas (“got invalid request to scale down”), 1.20 … 1.36`,
    tests: [
      'control/deployment/rolling.test.ts: An old ReplicaSet whose status is of before its last scaling is not scaled down again until it has reported',
    ],
  },
  {
    rule: 'A machine that is lost during a rollout stops it until its Pods are ready again or replaced',
    source: `${FOLDER}/rolling.go:reconcileOldReplicaSets, 1.20 … 1.36`,
    tests: ['control/deployment.test.ts: stops while Pods of a lost machine are not ready, and goes on when they are again'],
  },
  {
    rule: 'After another number of replicas the ReplicaSets are scaled in proportion to their sizes, the largest takes what rounding leaves; the only active one takes all, a saturated new one takes the others’ place',
    source: `${FOLDER}/sync.go:scale, 1.20 … 1.36`,
    tests: [
      'control/deployment/scaling.test.ts: $from → $to with $sizes gives $becomes',
      'control/deployment/scaling.test.ts: lets a saturated new ReplicaSet take the others’ place',
      'control/deployment/scaling.test.ts: A scaling event is an active ReplicaSet with another desired number',
      'control/deployment.test.ts: is scaled in proportion when the number changes in its midst',
    ],
  },
  {
    rule: 'A paused Deployment is scaled but not rolled out',
    source: `${FOLDER}/sync.go:sync, 1.20 … 1.36`,
    tests: ['control/deployment.test.ts: is scaled but not rolled out'],
  },
  {
    rule: 'Recreate creates nothing while an old Pod exists that has not ended, terminating ones included; it is woken by the end of the very last object',
    source: `${FOLDER}/recreate.go, deployment_controller.go:deletePod, 1.20 … 1.36`,
    tests: [
      'control/deployment.test.ts: creates nothing before the last old Pod has gone',
      'control/deployment.test.ts: is stuck while an old Pod is terminating on a dead machine',
      'control/deployment.test.ts: Recreate waits for the progress deadline when an evicted Pod is left: only the end of the very last object wakes it (deletePod)',
    ],
  },
  {
    rule: 'A template that was there before makes its ReplicaSet the newest again; beyond revisionHistoryLimit empty old ones are deleted, oldest revision first',
    source: `${FOLDER}/sync.go:getNewReplicaSet, cleanupDeployment, 1.20 … 1.36`,
    tests: [
      'control/deployment.test.ts: back to an old template scales its ReplicaSet up again, as a new revision',
      'control/deployment.test.ts: keeps revisionHistoryLimit old ReplicaSets',
      'control/deployment/progress.test.ts: beyond the limit go, oldest revision first',
    ],
  },
  {
    rule: 'Progress is more updated, ready or available Pods or fewer old ones; without it for progressDeadlineSeconds (counted from a timestamp in whole seconds) the Deployment says ProgressDeadlineExceeded, and nothing else happens; a complete rollout is not looked at again',
    source: `${FOLDER}/progress.go, util/deployment_util.go:DeploymentTimedOut, 1.20 … 1.36`,
    tests: [
      'control/deployment/progress.test.ts: When %s, progress is %s',
      'control/deployment/progress.test.ts: passes when nothing has progressed for longer than progressDeadlineSeconds',
      'control/deployment/progress.test.ts: is not looked at once the rollout is complete',
      'control/deployment.test.ts: that cannot start new Pods stands still with minAvailable old ones, and is reported after the deadline',
    ],
  },
  {
    rule: 'The deadline is looked at again one second after it will have passed, with back-off when that is less than a second away',
    source: `${FOLDER}/progress.go:requeueStuckDeployment, 1.20 … 1.36`,
    tests: [
      'control/deployment/progress.test.ts: is looked at again one second after it will have passed, with back-off when that is less than a second away',
    ],
  },
  {
    rule: 'A rollout waits minReadySeconds before a new Pod counts',
    source: `${FOLDER}/rolling.go, pkg/api/v1/pod/util.go:IsPodAvailable, 1.20 … 1.36`,
    tests: ['control/deployment.test.ts: waits minReadySeconds before a new Pod counts'],
  },
  {
    rule: 'A Deployment whose sync fails is tried 16 times, then left alone until it changes',
    source: `${FOLDER}/deployment_controller.go:maxRetries, 1.20 … 1.36`,
    tests: ['control/retries.test.ts: a Deployment is tried 16 times, 5 ms, 10 ms, 20 ms … apart, and then left alone until it changes'],
  },
  {
    rule: 'The annotation deprecated.deployment.rollback.to copies an old template back',
    source: `${FOLDER}/rollback.go, 1.20 … 1.36`,
    absent:
      'Only clients of extensions/v1beta1 wrote it, an API that 1.16 has removed; `kubectl rollout undo` writes the template, which is `apply`.',
  },
  {
    rule: 'podReplacementPolicy: whether terminating Pods count before they are replaced',
    source: 'KEP-3973, 1.34 … 1.36',
    absent: 'Alpha and off in every release modelled; a manifest that has it is refused.',
  },
]
