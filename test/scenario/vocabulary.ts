import { z } from 'zod'
import { distributions } from '../../src/kernel/distributions/index.ts'
import { seconds } from '../../src/kernel/time.ts'
import { booleanFlag, durationFlag, integerFlag, numberFlag, stringFlag } from '../../src/scenario/flags.ts'
import type { LoadedFile, LoadProblem } from '../../src/scenario/sources.ts'
import type { FaultWord, OperationWord, Vocabulary } from '../../src/scenario/vocabulary.ts'

const fault = (word: Pick<FaultWord, 'name' | 'victim' | 'lasting'> & Partial<FaultWord>): FaultWord => ({
  doc: `The fault ${word.name}.`,
  parameters: () => z.strictObject({}),
  ...word,
})
const operation = (word: Pick<OperationWord, 'name' | 'of'> & Partial<OperationWord>): OperationWord => ({
  doc: `The operation ${word.name}.`,
  parameters: () => z.strictObject({}),
  ...word,
})

/** A few words of every sort, so that tests of the reader do not hang on the model's lists. */
export const vocabulary: Vocabulary = {
  components: [
    {
      name: 'node-lifecycle',
      doc: 'Node lifecycle controller.',
      process: 'kube-controller-manager',
      flags: {
        'node-monitor-grace-period': durationFlag((profile) => seconds(profile.minor >= 32 ? 50 : 40), 'Grace period.', 'test'),
        'node-eviction-rate': numberFlag(0.1, 'Nodes per second.', 'test'),
      },
    },
    {
      name: 'kube-apiserver',
      doc: 'API server.',
      process: 'kube-apiserver',
      flags: { 'default-unreachable-toleration-seconds': integerFlag(300, 'Toleration.', 'test') },
    },
    {
      name: 'kubelet',
      doc: 'Kubelet.',
      process: 'kubelet',
      flags: {
        serializeImagePulls: booleanFlag(true, 'One pull at a time.', 'test'),
        maxPods: integerFlag(110, 'Pods.', 'test'),
        nodeStatusUpdateFrequency: durationFlag(seconds(10), 'Heartbeat.', 'test'),
        cgroupDriver: stringFlag('systemd', 'Driver.', 'test'),
      },
    },
  ],
  faults: [
    fault({ name: 'node-crash', victim: 'machine', lasting: true }),
    fault({ name: 'node-reboot', victim: 'machine', lasting: false }),
    fault({ name: 'pod-kill', victim: 'pod', lasting: false }),
    fault({
      name: 'container-crash',
      victim: 'container',
      lasting: true,
      parameters: (read) => z.strictObject({ 'exit-code': z.int().min(0).max(255).default(1), after: read.durations.optional() }),
    }),
    fault({
      name: 'component-down',
      victim: 'component',
      lasting: true,
      components: ['kube-apiserver', 'etcd', 'kube-scheduler'],
    }),
    fault({
      name: 'registry-slow',
      victim: 'cluster',
      lasting: true,
      parameters: () => z.strictObject({ factor: z.number().positive() }),
    }),
  ],
  operations: [
    operation({ name: 'scale', of: ['deployment', 'replicaset'], parameters: () => z.strictObject({ replicas: z.int().min(0) }) }),
    operation({ name: 'apply', of: [], parameters: (read) => z.strictObject({ manifests: read.manifests }) }),
    operation({ name: 'cordon', of: ['node'] }),
    operation({ name: 'delete', of: ['pod', 'deployment', 'node'] }),
  ],
  measures: [
    { name: 'convergence', doc: 'Time to converge.', unit: 's', labels: ['fault', 'workload'], better: 'lower' },
    { name: 'up', doc: 'Share of time up.', unit: 'share', labels: ['workload'], better: 'higher' },
    { name: 'errors', doc: 'Share of requests lost.', unit: 'share', labels: ['service'], better: 'lower' },
    { name: 'restarts', doc: 'Restarts.', unit: 'count', labels: ['workload'], better: 'lower' },
    { name: 'stage.detect', doc: 'Time in a stage.', unit: 's', labels: ['fault', 'workload'], better: 'lower' },
  ],
  distributions,
}

/** Files in memory: a name, or a pattern with `*`, finds them in order of path. */
export function loadFrom(files: Readonly<Record<string, string | Uint8Array>>): (path: string) => LoadedFile[] | LoadProblem {
  return (path) => {
    const pattern = new RegExp(`^${path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`)
    const found = Object.keys(files)
      .filter((name) => pattern.test(name))
      .sort()
    if (found.length > 0) return found.map((name) => ({ path: name, bytes: files[name] as string | Uint8Array }))
    return { problem: path.includes('*') ? 'no-file-matches' : 'file-not-found', message: `expected a file ${path}, got none` }
  }
}
