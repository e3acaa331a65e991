import type { Rule } from './rule.ts'

const ELECTION = 'client-go, tools/leaderelection/leaderelection.go'

/** Rules of leader election, and of how a process of the control plane starts. */
export const leaderElection: readonly Rule[] = [
  {
    rule: 'A leader renews its lease every 2 s, and exits when a failed attempt is followed by 10 s without a success: 10 … 12 s after the API server has gone',
    source: `${ELECTION}:renew, 1.20 … 1.36`,
    tests: [
      'control/leader-election/rules.test.ts: gives up a renew deadline after its first failed attempt began',
      'control/leader-election/rules.test.ts: tries again every 2 s where it is refused',
      'faults/component-down.test.ts: controller manager and scheduler exit 10 … 12 s later and are restarted',
      'faults/component-down.test.ts: an outage of 5 s is over before the leaders give up',
    ],
  },
  {
    rule: 'Others look at the lease every 2 … 4.4 s and take it once they have themselves seen it unchanged for 15 s, whatever it says of its age: 13 … 24 s after the death of the leader, 17 s on average',
    source: `${ELECTION}:tryAcquireOrRenew, JitterFactor 1.2, 1.20 … 1.36`,
    tests: [
      'control/leader-election/rules.test.ts: once it has watched it unchanged for the lease duration',
      'control/leader-election.test.ts: is followed by another after 13 … 24 s, 17 s on average',
    ],
  },
  {
    rule: 'A process that is restarted alone waits 15 … 19.4 s for the lease of its own past: its identity is new and it has never seen the record before',
    source: 'kube-controller-manager, cmd/kube-controller-manager/app/controllermanager.go:Run (id = hostname_uuid), 1.20 … 1.36',
    tests: [
      'control/leader-election.test.ts: and has no one beside it is followed by itself: the new process must watch the record of the old one for 15 s',
      'timelines/api-outage.test.ts: 600 … 620 s: a fresh controller manager watches the record for 15 s before it leads',
    ],
  },
  {
    rule: 'After an API outage a standby that saw the last renewal takes over at its next look, within 4.4 s; one that did not waits for 15 s',
    source: `${ELECTION}:tryAcquireOrRenew, 1.20 … 1.36`,
    tests: [
      'timelines/api-outage.test.ts: with three of each, a standby that has seen the last record of the leader takes over at its next look',
    ],
  },
  {
    rule: 'A scheduler that is told to end gives its lease up from 1.27 on, and another takes it within 4.4 s; a controller manager never does',
    source: 'kube-scheduler, cmd/kube-scheduler/app/server.go (ReleaseOnCancel), 1.27 … 1.36',
    tests: [
      'control/leader-election.test.ts: gives its lease up from 1.27 on: the next look of another takes it, within 4.4 s',
      'control/leader-election.test.ts: does not in 1.20',
      'control/leader-election/rules.test.ts: %s of 1.%i gives its lease up when told to end: %s',
    ],
  },
  {
    rule: 'A call of leader election times out after half the renew deadline, 5 s, from 1.21 on: a leader survives one that hangs; in 1.20 after all of it, 10 s: none does',
    source: 'client-go, tools/leaderelection/resourcelock/interface.go:NewFromKubeconfig, PR #97958, PR #98059, 1.21 … 1.36',
    tests: [
      'control/leader-election/rules.test.ts: waits for one call half its deadline from 1.21 on, and a second at least',
      'faults/component-slow.test.ts: and in 1.20 it exits, for there is no second attempt',
      'faults/component-slow.test.ts: a leader whose renewal hangs once goes on: the second attempt is in time',
      'faults/component-slow.test.ts: time out when it takes longer: the leaders exit 10 s after their first attempt',
    ],
  },
  {
    rule: 'A controller manager fills its caches after it has won the lease, a scheduler before it stands for it',
    source: 'cmd/kube-controller-manager/app/controllermanager.go:Run, cmd/kube-scheduler/app/server.go:Run, 1.20 … 1.36',
    tests: ['control/leader-election.test.ts: a controller manager fills its caches after it has won, a scheduler before'],
  },
  {
    rule: 'So a scheduler that was restarted during an API outage leads 15 … 80 s after its end: its reflectors have backed off, then it watches the lease',
    source: 'kube-scheduler, cmd/kube-scheduler/app/server.go:Run (WaitForCacheSync), 1.20 … 1.36',
    tests: [
      'control/leader-election/caches.test.ts: fills its caches when its reflectors try again, the last of them up to 60 s after the server is back, and then watches the record for 15 s',
      'timelines/api-outage.test.ts: up to a minute later, as its reflectors have backed off',
    ],
  },
  {
    rule: 'With allocate-node-cidrs no controller works before all Nodes were listed, for which up to 1.30 the first attempt comes after 10 s; failed attempts are 10 s apart',
    source: 'kube-controller-manager, pkg/controller/nodeipam/ipam/cidr_allocator.go:listNodes, PR #124113, 1.31',
    tests: [
      'control/leader-election/node-list.test.ts: each start of a controller manager takes 10 s longer up to 1.30',
      'control/leader-election/node-list.test.ts: and no longer from 1.31 on',
      'control/leader-election/node-list.test.ts: where there is no API server at that moment it is asked again 10 s later',
    ],
  },
  {
    rule: 'A leader that exits is restarted by its kubelet with the back-off of a container that crashes',
    source: 'kubelet, pkg/kubelet/kuberuntime/kuberuntime_manager.go:doBackOff, 1.20 … 1.36',
    tests: ['control/leader-election/caches.test.ts: a leader that exits again and again is restarted with the back-off of its container'],
  },
  {
    rule: 'Coordinated leader election chooses the oldest version among candidates',
    source: 'KEP-4355, 1.31 alpha, 1.33 beta, off by default',
    absent: 'Off by default in every release modelled.',
  },
]
