import type { DeploymentView, ReplicaSetView, StatefulSetView } from '../../measure/inspection.ts'
import { humanDuration } from './age.ts'
import { type Listing, orNone, type Shown } from './listing.ts'

const template: readonly Shown<DeploymentView | ReplicaSetView>[] = [
  { heading: 'IMAGES', cell: (view) => view.images.join(',') },
  { heading: 'SELECTOR', cell: (view) => orNone(view.selector) },
]
const serving: readonly Shown<DeploymentView | ReplicaSetView | StatefulSetView>[] = [
  { heading: 'SERVING', cell: (view) => String(view.serving) },
]

/** Deployments. */
export const deployments: Listing<DeploymentView> = {
  names: ['deployments', 'deployment', 'deploy'],
  kind: 'Deployment',
  namespaced: true,
  views: (inspection) => inspection.deployments,
  columns: [
    { heading: 'NAME', cell: (deployment) => deployment.name },
    { heading: 'READY', cell: (deployment) => `${deployment.ready}/${deployment.desired}` },
    { heading: 'UP-TO-DATE', cell: (deployment) => String(deployment.updated) },
    { heading: 'AVAILABLE', cell: (deployment) => String(deployment.available) },
    { heading: 'AGE', cell: (deployment, now) => humanDuration(now - deployment.created) },
  ],
  wide: template,
  truth: serving,
}

/** StatefulSets. */
export const statefulSets: Listing<StatefulSetView> = {
  names: ['statefulsets', 'statefulset', 'sts'],
  kind: 'StatefulSet',
  namespaced: true,
  views: (inspection) => inspection.statefulSets,
  columns: [
    { heading: 'NAME', cell: (set) => set.name },
    { heading: 'READY', cell: (set) => `${set.ready}/${set.desired}` },
    { heading: 'AGE', cell: (set, now) => humanDuration(now - set.created) },
  ],
  wide: [
    { heading: 'CONTAINERS', cell: (set) => set.containers.join(',') },
    { heading: 'IMAGES', cell: (set) => set.images.join(',') },
  ],
  truth: serving,
}

const replicas = (kind: ReplicaSetView['kind'], names: readonly string[]): Listing<ReplicaSetView> => ({
  names,
  kind,
  namespaced: true,
  views: (inspection) => inspection.replicaSets.filter((view) => view.kind === kind),
  columns: [
    { heading: 'NAME', cell: (set) => set.name },
    { heading: 'DESIRED', cell: (set) => String(set.desired) },
    { heading: 'CURRENT', cell: (set) => String(set.current) },
    { heading: 'READY', cell: (set) => String(set.ready) },
    { heading: 'AGE', cell: (set, now) => humanDuration(now - set.created) },
  ],
  wide: template,
  truth: serving,
})

/** ReplicaSets. */
export const replicaSets = replicas('ReplicaSet', ['replicasets', 'replicaset', 'rs'])
/** ReplicationControllers. */
export const replicationControllers = replicas('ReplicationController', ['replicationcontrollers', 'replicationcontroller', 'rc'])
