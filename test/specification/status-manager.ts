import type { Rule } from './rule.ts'

const MANAGER = 'kubelet, pkg/kubelet/status/status_manager.go, 1.20 … 1.36'

/** Rules of how Pod statuses reach the API. */
export const statusManager: readonly Rule[] = [
  {
    rule: 'A status that has changed is posted at once, one Pod after the other: a GET, and a PATCH where something differs',
    source: MANAGER,
    tests: [
      'control/kubelet/status-manager.test.ts: is not posted again when it is what the API has',
      'control/kubelet.test.ts: it is noticed by the next relist and started again at once, in its sandbox',
    ],
  },
  {
    rule: 'Both calls pass through the kubelet’s bucket, 5 per second and 10 at once before 1.27, 50 and 100 since: statuses of many Pods that start together come late up to 1.26',
    source: 'kubelet, pkg/kubelet/apis/config/v1beta1/defaults.go, 1.20 … 1.36',
    tests: ['control/kubelet.test.ts: before 1.27 five calls a second hold back the statuses of thirty Pods; from 1.27 they do not'],
  },
  {
    rule: 'Statuses that wait are posted each before 1.27, the newest of each Pod since',
    source: MANAGER,
    tests: ['control/kubelet/status-manager.test.ts: in %s those that wait for a slow API are posted each, or the newest alone'],
  },
  {
    rule: 'A status that somebody else has written, as the node controller writes Ready=False, is put right by the next batch, every 10 s',
    source: 'kubelet, pkg/kubelet/status/status_manager.go:syncBatch, 1.20 … 1.36',
    tests: [
      'control/kubelet/status-manager.test.ts: that somebody else has written is put right by the next batch: GET and PATCH',
      'control/kubelet/status-manager.test.ts: its Ready condition keeps the time of its last transition as the kubelet knows it',
    ],
  },
  {
    rule: 'At most 1000 changed statuses wait before 1.27; what does not fit comes with the next batch',
    source: MANAGER,
    absent: 'A kubelet runs 110 Pods at most by default, each with a few statuses.',
  },
]
