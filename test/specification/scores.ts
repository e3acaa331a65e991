import type { Rule } from './rule.ts'

const PLUGINS = 'kube-scheduler, pkg/scheduler/framework/plugins'

/** Rules that prefer one node to another. */
export const scores: readonly Rule[] = [
  {
    rule: 'Weights: 1 each in 1.20 (NodePreferAvoidPods 10000, PodTopologySpread 2); since 1.23 TaintToleration 3, affinities and spread 2',
    source: 'kube-scheduler, pkg/scheduler/algorithmprovider/registry.go (1.20), apis/config/v1/default_plugins.go (… 1.36)',
    tests: ['control/scores/scores.test.ts: the weights are those of the release'],
  },
  {
    rule: 'The least requested node scores best; containers without requests count as 100 mCPU and 200 MiB',
    source: `${PLUGINS}/noderesources/least_allocated.go, 1.20 … 1.36`,
    tests: [
      'control/scores/scores.test.ts: is the mean of both resources, rounded down',
      'control/scores/scores.test.ts: counts containers without requests with 100 mCPU and 200 MiB',
      'control/scores/scores.test.ts: counts a resource the node has none of as 0 up to 1.22, and leaves it out since',
    ],
  },
  {
    rule: 'CPU and memory should be used alike: 1.20 by their difference, since 1.23 by the standard deviation, 1.36 by what the Pod changes about it',
    source: `${PLUGINS}/noderesources/balanced_allocation.go, 1.20 … 1.36`,
    tests: [
      'control/scores/scores.test.ts: 1.20: %i/%i CPU and %i/%i memory score %i',
      'control/scores/scores.test.ts: since 1.23: %i/%i CPU and %i/%i memory score %i',
      'control/scores/scores.test.ts: 1.36 prefers the node that the Pod balances',
    ],
  },
  {
    rule: 'A node that has the image scores, the more the larger it is and the more nodes have it',
    source: `${PLUGINS}/imagelocality/image_locality.go, 1.20 … 1.36`,
    tests: ['control/scores/scores.test.ts: prefers the node that reports the image', 'control/scores/scores.test.ts: counts %s'],
  },
  {
    rule: 'Preferred node affinity, preferred Pod terms of both sides and PreferNoSchedule taints count, normalised over the feasible nodes',
    source: `${PLUGINS}/nodeaffinity, interpodaffinity/scoring.go, tainttoleration, 1.20 … 1.36`,
    tests: [
      'control/scores/scores.test.ts: NodeAffinity adds up the preferred terms a node meets',
      'control/scores/scores.test.ts: goes to the Pods it prefers and away from those it would rather avoid',
      'control/scores/scores.test.ts: heeds what the Pods in place prefer, and require with weight 1',
      'control/scores/scores.test.ts: TaintToleration counts untolerated PreferNoSchedule taints',
    ],
  },
  {
    rule: 'Pods of a Service or controller are spread over hosts (maxSkew 3) and zones (maxSkew 5) by default; terminating Pods do not count',
    source: `${PLUGINS}/podtopologyspread/scoring.go, helper/spread.go:DefaultSelector, 1.20 … 1.36`,
    tests: [
      'control/scores/scores.test.ts: spreads the Pods of a ReplicaSet over zones and hosts by default',
      'control/scores/scores.test.ts: does not count Pods that terminate',
      'control/scheduler/decide.test.ts: a Pod belongs with what its Services and its controller select',
    ],
  },
  {
    rule: 'In 1.20 that default does nothing where Nodes have no zone label; from 1.23 on it does',
    source: `${PLUGINS}/podtopologyspread/scoring.go, PR #105046 (1.23)`,
    tests: ['control/scores/scores.test.ts: does so without zone labels from 1.23 on, and not at all in 1.20'],
  },
  {
    rule: 'The annotation preferAvoidPods keeps the Pods of a controller away (1.20, weight 10000)',
    source: `${PLUGINS}/nodepreferavoidpods/node_prefer_avoid_pods.go, 1.20`,
    tests: ['control/scores/scores.test.ts: NodePreferAvoidPods spares a Node the Pods of the controller it names'],
  },
]
