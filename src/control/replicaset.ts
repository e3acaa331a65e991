import { integerFlag } from '../scenario/flags.ts'
import { ReplicaController } from './replicaset/controller.ts'

export { convergeReplicaSetStatus, convergeReplicaSets } from './replicaset/converge.ts'

const replicaSetFlags = {
  'concurrent-replicaset-syncs': integerFlag(
    5,
    'ReplicaSets synced at once.',
    'pkg/controller/replicaset/config/v1alpha1/defaults.go, 1.20 … 1.36',
  ),
}

/** Keeps the number of active Pods of each ReplicaSet. */
export const replicaSet = new ReplicaController({
  kind: 'ReplicaSet',
  name: 'replicaset',
  doc: 'Creates and deletes Pods until each ReplicaSet has as many active ones as it wants.',
  client: 'replicaset-controller',
  flags: replicaSetFlags,
  workers: (values) => values['concurrent-replicaset-syncs'] as number,
})

const replicationControllerFlags = {
  'concurrent-rc-syncs': integerFlag(
    5,
    'ReplicationControllers synced at once.',
    'pkg/controller/replication/config/v1alpha1/defaults.go, 1.20 … 1.36',
  ),
}

/** The same for ReplicationControllers: pkg/controller/replication/replication_controller.go is an adapter around the ReplicaSet code. */
export const replicationController = new ReplicaController({
  kind: 'ReplicationController',
  name: 'replicationcontroller',
  doc: 'Creates and deletes Pods until each ReplicationController has as many active ones as it wants.',
  client: 'replication-controller',
  flags: replicationControllerFlags,
  workers: (values) => values['concurrent-rc-syncs'] as number,
})
