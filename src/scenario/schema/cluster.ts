import { z } from 'zod'
import type { Distribution } from '../../kernel/distribution.ts'
import { LATENCIES } from '../latencies.ts'
import { exclusiveFields } from '../problems.ts'
import type { Vocabulary } from '../vocabulary.ts'
import { processFlags } from './flags.ts'
import { amountOf, cidr, labels, whole } from './values.ts'

/** Objects given in the scenario file or in files beside it. */
export const OBJECTS = z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))])

/** Where manifests come from: exactly one of these. */
export const manifestSource = {
  file: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'A manifest file (YAML or JSON, several documents, List kinds), relative to this one.' }),
  glob: z.string().min(1).optional().meta({ description: 'Manifest files by pattern, relative to this one.' }),
  objects: OBJECTS.optional().meta({ description: 'Manifests in place: one object or a list.' }),
}

/** Says in the JSON schema, and checks, that exactly one of the fields is given. */
export function exactlyOne<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape, z.core.$strict>, fields: readonly string[]) {
  return schema
    .refine((row) => fields.filter((field) => (row as Record<string, unknown>)[field] !== undefined).length === 1, {
      params: { diagnosis: exclusiveFields(`expected exactly one of ${fields.join(', ')}`) },
    })
    .meta({ oneOf: fields.map((field) => ({ required: [field] })) })
}

/** A row under `workloads`. */
export const workloadRow = exactlyOne(
  z.strictObject({
    ...manifestSource,
    adopt: z.literal('replicaset').optional().meta({ description: 'Gives each Pod without owner a ReplicaSet of one replica.' }),
  }),
  ['file', 'glob', 'objects'],
)

const staticPodRow = exactlyOne(z.strictObject(manifestSource), ['file', 'glob', 'objects'])

const taint = z.strictObject({
  key: z.string().min(1),
  value: z.string().default(''),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
})

const resources = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .transform((written, context) => {
    const amounts: Record<string, number> = {}
    for (const [name, value] of Object.entries(written)) {
      const parsed = amountOf(name).safeParse(value)
      if (parsed.success) amounts[name] = parsed.data
      else for (const issue of parsed.error.issues) context.issues.push({ ...issue, path: [name, ...issue.path], input: value } as never)
    }
    return amounts
  })
  .meta({ description: 'Quantities by resource: cpu, memory, pods, ephemeral-storage, extended resources.' })

function nodesRow(vocabulary: Vocabulary) {
  const group = z.strictObject({
    name: z.string().min(1).optional().meta({ description: 'Machines are called name-1, name-2, …' }),
    count: whole(0, 100_000)
      .optional()
      .meta({ description: 'Machines in the group; 1 when absent. 0 where only the cluster autoscaler adds some.' }),
    zones: z.array(z.string().min(1)).min(1).optional().meta({ description: 'Zones in turn: machine i is in zone i modulo their number.' }),
    labels: labels.optional(),
    taints: z.array(taint).optional(),
    unschedulable: z.boolean().optional(),
    domains: z
      .record(z.string(), z.union([whole(1), z.array(z.string().min(1)).min(1)]))
      .optional()
      .meta({ description: 'Fault domains: { rack: 2 } makes racks r1, r2, … of 2 machines each; a list names them in turn.' }),
    allocatable: resources.optional(),
    capacity: resources.optional(),
    kubelet: processFlags(vocabulary, 'kubelet').optional(),
    staticPods: z.array(staticPodRow).optional().meta({ description: 'Pods in the staticPodPath of each of these machines.' }),
    file: manifestSource.file.unwrap().optional().meta({ description: 'Genuine Node manifests.' }),
    glob: manifestSource.glob.unwrap().optional(),
    objects: OBJECTS.optional().meta({ description: 'Genuine Node manifests in place.' }),
  })
  return exactlyOne(group, ['name', 'file', 'glob', 'objects'])
}

/** Readers of the two sorts of latency. */
export interface LatencyReaders {
  readonly durations: z.ZodType<Distribution>
  /** Bytes per second. */
  readonly rates: z.ZodType<Distribution>
}

/** Latencies that are no times. */
export const isRate = (name: string): boolean => name.endsWith('-rate')

/** The part of a scenario under `cluster`. */
export function clusterSchema(vocabulary: Vocabulary, { durations, rates }: LatencyReaders) {
  const latencies = Object.entries(LATENCIES).map(([name, { doc }]) => {
    return [name, (isRate(name) ? rates : durations).optional().meta({ description: doc })] as const
  })
  const controlPlane = z.strictObject({
    count: whole(1, 99).default(1).meta({ description: 'Control-plane machines.' }),
    zones: z.array(z.string().min(1)).min(1).optional(),
    registered: z.boolean().default(false).meta({ description: 'Whether they are Nodes, control-plane-1, …, with the taint of kubeadm.' }),
    'leader-elect': z.boolean().default(true),
  })
  return z.strictObject({
    'control-plane': controlPlane.prefault({}),
    nodes: z.array(nodesRow(vocabulary)).min(1).meta({ description: 'The machines: groups, or genuine Node manifests.' }),
    'kube-apiserver': processFlags(vocabulary, 'kube-apiserver').optional(),
    'kube-controller-manager': processFlags(vocabulary, 'kube-controller-manager').optional(),
    'kube-scheduler': processFlags(vocabulary, 'kube-scheduler').optional(),
    kubelet: processFlags(vocabulary, 'kubelet').optional(),
    'cloud-controller-manager': processFlags(vocabulary, 'cloud-controller-manager').optional(),
    'kube-proxy': processFlags(vocabulary, 'kube-proxy').optional(),
    'cluster-autoscaler': processFlags(vocabulary, 'cluster-autoscaler').optional(),
    network: z
      .strictObject({
        plugin: z.enum(['flannel', 'openvswitch', 'none']).default('flannel').meta({
          description:
            'flannel: a /24 per Node, each sandbox a new address; openvswitch (OVN-Kubernetes): a /23, a Pod keeps its address, slower set-up; none: the runtime gives addresses, no Node has a podCIDR unless allocate-node-cidrs.',
        }),
        podCIDR: cidr.optional(),
        serviceCIDR: cidr.default('10.96.0.0/12'),
      })
      .prefault({}),
    cloud: z
      .strictObject({
        'deletes-nodes-of-terminated-machines': z.boolean().optional().meta({
          description:
            'Whether a cloud controller manager deletes the Nodes of machines that were terminated; so it is where there are node groups.',
        }),
        'node-groups': z
          .array(
            z.strictObject({
              name: z.string().min(1).meta({ description: 'A group under `nodes`, which may begin with `count: 0`.' }),
              min: whole(0, 100_000).optional().meta({ description: 'The fewest machines it may have; as many as it begins with.' }),
              max: whole(1, 100_000).meta({ description: 'The most machines it may have.' }),
              provisioning: durations
                .optional()
                .meta({ description: 'From asking for a machine until its kubelet starts, in place of the latency.' }),
            }),
          )
          .default([])
          .meta({ description: 'Groups that the cluster autoscaler makes larger, and smaller again.' }),
      })
      .prefault({})
      .meta({ description: 'The cloud provider of the machines.' }),
    latency: z.strictObject(Object.fromEntries(latencies)).prefault({}),
  })
}

/** The part under `cluster`, read. */
export type ClusterInput = z.output<ReturnType<typeof clusterSchema>>
/** A row under `cluster.nodes`, read. */
export type NodesRow = ClusterInput['nodes'][number]
/** A row that says where manifests come from. */
export type SourceRow = { readonly file?: string | undefined; readonly glob?: string | undefined; readonly objects?: unknown }
