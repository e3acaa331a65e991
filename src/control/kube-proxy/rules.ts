import type { Run } from '../../cluster/world.ts'
import { microseconds } from '../../kernel/time.ts'
import { resolveFlags } from '../../scenario/flags.ts'
import { kubeProxyFlags, runnerRules } from './flags.ts'
import type { RunnerRules } from './runner.ts'

/** How the proxies of this run sync: all program the same rules on like machines, so one draw of `proxy-sync` is that of all. */
export function rulesOf({ world, random }: Run): RunnerRules {
  const { latency, profile, scenario } = world
  const flags = resolveFlags(kubeProxyFlags, profile, scenario.cluster.flags['kube-proxy'])
  const sync = microseconds(Math.max(1, random.sample(latency['proxy-sync'], 'proxy-sync', 'kube-proxy')))
  return runnerRules(profile, flags['iptables-min-sync-period'], sync)
}
