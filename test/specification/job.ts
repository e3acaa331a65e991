import type { Rule } from './rule.ts'

const CONTROLLER = 'kube-controller-manager, pkg/controller/job/job_controller.go'
const story = (test: string): string => `control/job.test.ts: ${test}`
const perIndex = (test: string): string => `control/job/per-index.test.ts: ${test}`
const backoff = (test: string): string => `control/job/backoff.test.ts: ${test}`

/** Rules of Jobs. */
export const job: readonly Rule[] = [
  {
    rule: 'A Job wants min(parallelism, completions − succeeded) active Pods; without completions parallelism of them until the first success, and none more after it',
    source: `${CONTROLLER}:manageJob, 1.20 … 1.36`,
    tests: [
      story('starts the next Pod when one has succeeded and more are wanted'),
      story('of a fixed number of Pods and no completions starts nothing after the first success, and ends with the last Pod'),
    ],
  },
  {
    rule: 'A Job that has ended is left alone, its Pods stay',
    source: `${CONTROLLER}:syncJob, 1.20 … 1.36`,
    tests: [story('ends when as many Pods have succeeded as it wants, and keeps their objects')],
  },
  {
    rule: 'A Job fails with more failed Pods than backoffLimit (6), and its active Pods are deleted',
    source: `${CONTROLLER}:syncJob, 1.20 … 1.36`,
    tests: [story('fails after more failures than backoffLimit, and deletes the Pods that still run')],
  },
  {
    rule: 'Under restartPolicy OnFailure it fails as soon as the containers of its running and pending Pods have restarted backoffLimit times',
    source: `${CONTROLLER}:pastBackoffLimitOnFailure, 1.20 … 1.36`,
    tests: [story('counts restarts of containers under OnFailure')],
  },
  {
    rule: 'It fails when it has been active for activeDeadlineSeconds',
    source: `${CONTROLLER}:pastActiveDeadline, 1.20 … 1.36`,
    tests: [story('fails when it is active for longer than activeDeadlineSeconds')],
  },
  {
    rule: 'In 1.20 the first failed Pod is replaced at once, the n-th after 10 s · 2^(n − 2), 6 min at most: failures are errors of the sync, and the queue backs off',
    source: `${CONTROLLER}:getBackoff, updatePod, 1.20`,
    tests: [
      story('in 1.20 its first failed Pod at once, the next 10 s, 20 s after their failure'),
      backoff('1.20 looks at a failed Pod after %i errors in a row %i s later'),
    ],
  },
  {
    rule: 'In 1.20 any other write of the status than that of a new failure, and every success, forgets the back-off',
    source: `${CONTROLLER}:syncJob (forget), 1.20`,
    tests: [story('in 1.20 that succeeds once forgets its back-off')],
  },
  {
    rule: 'In 1.20 the status is written into the newest version of the Job (GET, PUT, up to four times), so that it meets no conflict',
    source: `${CONTROLLER}:updateJobStatus, 1.20`,
    tests: [story('in 1.20 writes its status over a change that its controller has not seen')],
  },
  {
    rule: 'From 1.27 the pause is counted from the end of the last failed Pod: 10 s · 2^(n − 1), 6 min at most in 1.27 and 10 min since; a success begins the count anew',
    source: 'kube-controller-manager, pkg/controller/job/backoff_utils.go, 1.27 … 1.36',
    tests: [
      story('in %s its failed Pods 10, 20, 40 s after they ended'),
      backoff('after %i failures, %i s after the last, 1.%i waits %i s'),
      backoff('the record after %s'),
      backoff('a Pod has finished when %s'),
    ],
  },
  {
    rule: 'The queue backs off after failed calls by 10 s … 6 min up to 1.27, by 1 s … 1 min since',
    source: `${CONTROLLER}:NewController, 1.20 … 1.36`,
    tests: [backoff('a failed call waits 10 s … 6 min up to 1.27, 1 s … 1 min since')],
  },
  {
    rule: 'In 1.20 a Pod that is deleted, or evicted by a taint, is replaced at once and is no failure',
    source: `${CONTROLLER}:updatePod, getStatus, 1.20`,
    tests: [story('in 1.20 a deleted Pod at once, and does not count it')],
  },
  {
    rule: 'From 1.26 on Pods are counted once and for all, tracked by a finalizer; a deleted one counts as failed, and its replacement waits for the back-off',
    source: `${CONTROLLER}:trackJobStatusAndRemoveFinalizers, isPodFailed, 1.26 … 1.36`,
    tests: [story('in $profile a deleted Pod at $at s, 10 s after its end: it counts as failed')],
  },
  {
    rule: 'A Pod evicted from a dead machine is replaced without pause: it has been unready for longer than the back-off',
    source: 'kube-controller-manager, pkg/controller/job/backoff_utils.go:getFinishedTime, 1.27 … 1.36',
    tests: [story('from 1.27 a Pod evicted from a dead machine with the next sync: it has been unready for longer than the back-off')],
  },
  {
    rule: 'Changes of Pods and of the status are gathered for 1 s before a sync',
    source: `${CONTROLLER}:syncJobBatchPeriod, 1.27 … 1.36`,
    tests: [story('from 1.27 a Pod evicted from a dead machine with the next sync: it has been unready for longer than the back-off')],
  },
  {
    rule: 'podReplacementPolicy TerminatingOrFailed (default) replaces a Pod as soon as it terminates, Failed only once it has ended; a podFailurePolicy forces Failed',
    source: `${CONTROLLER}:onlyReplaceFailedPods, 1.29 … 1.36`,
    tests: [story('with podReplacementPolicy Failed a deleted Pod only when that has ended')],
  },
  {
    rule: 'Rules of a podFailurePolicy are tried in order: FailJob ends the Job, Ignore does not count (DisruptionTarget), Count does',
    source: 'kube-controller-manager, pkg/controller/job/pod_failure_policy.go, 1.26 … 1.36',
    tests: [story('fails the Job at once on an exit code that says so'), story('does not count a disrupted Pod that it ignores')],
  },
  {
    rule: 'An Indexed Job runs each index until it has succeeded once, lowest first',
    source: 'kube-controller-manager, pkg/controller/job/indexed_job_utils.go, 1.22 … 1.36',
    tests: [story('replaces a failed index by the same index'), story('ends when every index has succeeded')],
  },
  {
    rule: 'With backoffLimitPerIndex each index has its own limit and its own pause; its failed Pod keeps its finalizer until its successor has taken over the count',
    source: 'kube-controller-manager, pkg/controller/job/indexed_job_utils.go, 1.29 … 1.36',
    tests: [
      perIndex('replaces the Pod of each index after a pause of its own, without spending the retries of the others'),
      perIndex('keeps a failed Pod until its successor is there'),
    ],
  },
  {
    rule: 'An index that has failed too often, or by FailIndex, is given up; the Job fails with more of them than maxFailedIndexes at once, else when every index has ended',
    source: `${CONTROLLER}:syncJob, 1.29 … 1.36`,
    tests: [
      perIndex('gives an index up after as many failures, goes on with the others, and fails when all have ended'),
      perIndex('fails with more failed indexes than maxFailedIndexes, and deletes the Pods that still run'),
      perIndex('gives an index up at once where FailIndex of its podFailurePolicy says so'),
    ],
  },
  {
    rule: 'A successPolicy that is met ends the Job: the Pods that still run are deleted and do not count as failed',
    source: 'kube-controller-manager, pkg/controller/job/success_policy.go, 1.31 … 1.36',
    tests: [
      perIndex('A successPolicy ends an Indexed Job as soon as enough of the indexes that it names have succeeded, and deletes the others'),
      'control/job/success-policy.test.ts: %s: enough have succeeded or not',
    ],
  },
  {
    rule: 'While a failed Pod waits to be replaced, the status says that no Pod is active (manageJob answers 0)',
    source: `${CONTROLLER}:manageJob, 1.27 … 1.36`,
    absent: 'A slip of the real controller: the count in the status is wrong until the next sync, and nothing is decided by it.',
  },
  {
    rule: 'A suspended Job deletes its active Pods without counting them; resumed, it starts anew',
    source: `${CONTROLLER}:manageJob, 1.22 … 1.36`,
    tests: [story('A suspended Job deletes its Pods without counting them, and starts them again when it is resumed')],
  },
  {
    rule: 'From 1.31 on a Job ends only when its last Pod has: one that terminates on a dead machine keeps it open',
    source: `${CONTROLLER}:delayTerminalCondition, 1.31 … 1.36`,
    tests: [story('A Job from 1.31 on ends when its last Pod has gone: one on a dead machine keeps it open')],
  },
  {
    rule: 'A controller that restarts creates nothing twice',
    source: `${CONTROLLER}, 1.20 … 1.36`,
    tests: [story('creates nothing twice after its controller has restarted')],
  },
  {
    rule: 'ttlSecondsAfterFinished deletes a Job that long after its end, and the garbage collector its Pods (on from 1.21)',
    source: 'kube-controller-manager, pkg/controller/ttlafterfinished/ttlafterfinished_controller.go, 1.21 … 1.36',
    tests: [story('ttlSecondsAfterFinished deletes the Job that long after its end, and the garbage collector its Pods')],
  },
  {
    rule: 'Finalizers of Pods whose Job is gone are taken off',
    source: `${CONTROLLER}:syncOrphanPod, 1.26 … 1.36`,
    tests: [story('A deleted Job leaves no Pod behind, though finalizers held them')],
  },
  {
    rule: 'Pods without a controller that the selector matches are adopted',
    source: `${CONTROLLER}:getPodsForJob, 1.20 … 1.36`,
    absent: 'The selector of a Job names its UID, which no other Pod carries unless manualSelector is set; that is refused.',
  },
]
