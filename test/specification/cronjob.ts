import type { Rule } from './rule.ts'

const V1 = 'kube-controller-manager, pkg/controller/cronjob/cronjob_controller.go, 1.20'
const V2 = 'kube-controller-manager, pkg/controller/cronjob/cronjob_controllerv2.go, 1.21 … 1.36'
const story = (test: string): string => `control/cronjob.test.ts: ${test}`

/** Rules of CronJobs. */
export const cronJob: readonly Rule[] = [
  {
    rule: 'In 1.20 every CronJob is looked at each 10 s by one goroutine: a Job starts up to 10 s late',
    source: V1,
    tests: [
      story('in 1.20 starts it with the first poll after, up to 10 s late'),
      story('in 1.20 answers the same whether idle polls are events or not'),
    ],
  },
  {
    rule: 'From 1.21 on the controller waits for the next time of the schedule and 100 ms more',
    source: `${V2}:nextScheduleDelta`,
    tests: [story('in %s starts a Job 0.1 s after each time of its schedule')],
  },
  {
    rule: 'Allow runs Jobs side by side, Forbid drops a start while one is active, Replace deletes the one that is',
    source: `${V2}:syncCronJob; cronjob_controller.go:syncOne, 1.20`,
    tests: [
      story('that allows it runs several Jobs at once; one that forbids it waits for the end of the last'),
      story('that replaces deletes the Job that still runs'),
    ],
  },
  {
    rule: 'Of several missed starts only the last is made up for, and none past startingDeadlineSeconds',
    source: 'kube-controller-manager, pkg/controller/cronjob/utils.go, 1.20 … 1.36',
    tests: [story('after an outage of its controller makes up for the most recent missed start only, if the deadline allows')],
  },
  {
    rule: 'More than 100 missed starts are an error in 1.20, so that nothing starts any more; a warning since',
    source: 'kube-controller-manager, pkg/controller/cronjob/utils.go, 1.20 … 1.36',
    tests: [story('that has missed more than 100 starts starts nothing more in 1.20, and goes on since')],
  },
  {
    rule: 'Three successful Jobs and one failed are kept, with their Pods',
    source: `${V2}:cleanupFinishedJobs`,
    tests: [story('keeps the last three successful Jobs, and the Pods of those alone')],
  },
  {
    rule: 'A suspended CronJob starts nothing; resumed, the most recent missed start',
    source: V2,
    tests: [story('that is suspended starts nothing, and when resumed the most recent missed start')],
  },
  {
    rule: 'With a CronJob go its Jobs and their Pods',
    source: 'kube-controller-manager, pkg/controller/garbagecollector/garbagecollector.go, 1.20 … 1.36',
    tests: [story('that is deleted takes its Jobs and their Pods with it')],
  },
]
