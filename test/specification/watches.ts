import type { Rule } from './rule.ts'

/** Rules of watches, informers and reflectors. */
export const watches: readonly Rule[] = [
  {
    rule: 'A controller sees a change, its own included, only when its watch has delivered it; changes of one kind come in the order of their commits',
    source: 'client-go, tools/cache/shared_informer.go, reflector.go, 1.20 … 1.36',
    tests: [
      'cluster/watch.test.ts: delivers each change after its delay, once the cache holds it',
      'cluster/watch.test.ts: never lets a change overtake an earlier one, however their delays fall',
      'control/retries.test.ts: A ReplicaSet that has not yet seen what it created says what it sees, and creates nothing more',
    ],
  },
  {
    rule: 'A process that starts lists what there is and hears of everything after that: nothing is missed between the two',
    source: 'client-go, tools/cache/reflector.go:ListAndWatch, 1.20 … 1.36',
    tests: [
      'cluster/watch.test.ts: lists what exists when it starts, and hears of the rest',
      'cluster/watch.test.ts: ends with its process; the next one lists afresh and misses nothing',
    ],
  },
  {
    rule: 'A kubelet watches the Pods bound to its Node only',
    source: 'kubelet, pkg/kubelet/config/apiserver.go:NewSourceApiserver, 1.20 … 1.36',
    tests: ['cluster/watch.test.ts: of a kubelet concerns the Pods bound to its Node only'],
  },
  {
    rule: 'A reflector whose connection is refused tries again after 0.8 s, doubled up to 30 s, each wait one to two times as long: after a long outage a process hears of nothing for up to 60 s more',
    source: 'client-go, tools/cache/reflector.go:NewNamedReflector, PR #87795, PR #94235, 1.20 … 1.36',
    tests: [
      'control/reconnect.test.ts: refused: tries after 0.8 s',
      'control/reconnect.test.ts: refused: every 30 s after a long outage',
      'control/reconnect.test.ts: comes back within a minute of the end of an outage of any length',
    ],
  },
  {
    rule: 'A connection that nobody answers on is taken for dead after 45 s (30 s without a frame, then a ping for 15 s); an attempt to connect to a dead machine ends after 30 s',
    source: 'apimachinery, pkg/util/net/http.go:configureHTTP2Transport; client-go transport/cache.go, 1.20 … 1.36',
    tests: [
      'control/reconnect.test.ts: silent: has not noticed an outage of less than 45 s',
      'control/reconnect.test.ts: silent: notices after 45 s, then waits 0.8 s',
      'control/reconnect.test.ts: silent: its attempt to connect takes 30 s, and 1.6 s follow',
    ],
  },
  {
    rule: 'An API server that has started anew knows of no change before its start: watches that come back to it are too old, and list again 0.8 … 1.6 s later',
    source:
      'apiserver, storage/cacher/watch_cache.go:GetAllEventsSinceThreadUnsafe; client-go, tools/cache/reflector.go:ListAndWatch, 1.20 … 1.36',
    tests: [
      'control/reconnect.test.ts: finds its version too old for a server that has started anew, and lists 0.8 … 1.6 s later',
      'control/leader-election/caches.test.ts: and has started anew makes a controller list again: it hears of nothing in the first 0.8 s',
    ],
  },
  {
    rule: 'The server ends every watch after 5 … 10 min; the next one goes on from the last resourceVersion at once',
    source: 'client-go, tools/cache/reflector.go:minWatchTimeout, 1.20 … 1.36',
    absent: 'Nothing is missed and nothing is listed: a change is at most one round trip later, once in minutes.',
  },
  {
    rule: 'A list merges what has happened meanwhile: an object created and deleted during an outage is never heard of',
    source: 'client-go, tools/cache/delta_fifo.go:Replace, 1.20 … 1.36',
    absent: 'Changes missed are delivered one by one; queues hold a key once, so that the syncs are the same.',
  },
  {
    rule: 'Caches are replayed as updates that change nothing every 12 … 24 h (min-resync-period)',
    source: 'kube-controller-manager, cmd/kube-controller-manager/app/controllermanager.go:ResyncPeriod, 1.20 … 1.36',
    absent: 'No run is long enough for it to mend anything that a watch has not.',
  },
]
