import type { Rule } from './rule.ts'

const AD = 'kube-controller-manager, pkg/controller/volume/attachdetach'

/** Rules of volumes that one machine at a time may use. */
export const volumes: readonly Rule[] = [
  {
    rule: 'A volume is detached when no Pod on its Node wants it and the Node no longer reports it in use, which its kubelet does with the status after the unmount',
    source: `${AD}/reconciler/reconciler.go, 1.20 … 1.36`,
    tests: [
      'control/attach-detach.test.ts: has its volume once its old Node has unmounted it, said so with its next status, and the machine has let go',
    ],
  },
  {
    rule: 'A Pod that terminates on a dead Node wants its volume until its object is gone or it has ended',
    source: `${AD}/util/util.go; pkg/volume/util:IsPodTerminated, 1.20 … 1.36`,
    tests: [
      'control/attach-detach/rules.test.ts: %s',
      'control/attach-detach.test.ts: has a replacement that waits for the volume for as long as the old object exists',
      'control/attach-detach.test.ts: never recovers by itself (%s): what it lacks is the end of the old object',
    ],
  },
  {
    rule: 'A volume that a dead Node still reports in use is taken away 6 min after it was first wanted no more (maxWaitForUnmountDuration)',
    source: `${AD}/attach_detach_controller.go, reconciler/reconciler.go, 1.20 … 1.36`,
    tests: [
      'control/attach-detach.test.ts: has its volume six minutes after the Pod was deleted by force (%s)',
      'control/attach-detach.test.ts: has the volume six minutes after the Node was deleted and its Pods were collected',
    ],
  },
  {
    rule: 'A Node that is healthy keeps it from 1.26 on; --disable-force-detach-on-timeout keeps it on every Node',
    source: `${AD}/reconciler/reconciler.go, 1.26 … 1.36, KEP-2268`,
    tests: [
      'control/attach-detach.test.ts: A volume that a healthy Node does not let go of is taken away after six minutes up to 1.25 only (%s)',
      'control/attach-detach.test.ts: gets no volume with --disable-force-detach-on-timeout',
      'control/attach-detach/rules.test.ts: is never detached by force with --disable-force-detach-on-timeout',
    ],
  },
  {
    rule: 'The out-of-service taint frees volumes at once, from 1.26 on',
    source: `${AD}/reconciler/reconciler.go:hasOutOfServiceTaint, KEP-2268`,
    tests: ['control/attach-detach.test.ts: recovers within a minute of the out-of-service taint, which 1.20 does not know (%s)'],
  },
  {
    rule: 'A volume that is attached elsewhere is a Multi-Attach error and waits; one that many machines may use is not',
    source: `${AD}/reconciler/reconciler.go:reportMultiAttachError, 1.20 … 1.36`,
    tests: [
      'control/attach-detach.test.ts: says the Multi-Attach error while it waits',
      'control/attach-detach.test.ts: needs no detach when its volume may be used by many machines',
    ],
  },
  {
    rule: 'An operation that failed is tried again after 500 ms, then twice as long up to 2 min 2 s',
    source: 'pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go, 1.20 … 1.36',
    tests: ['control/attach-detach/rules.test.ts: An operation that failed waits 500 ms, then twice as long up to 2 min 2 s'],
  },
  {
    rule: 'A kubelet waits up to 2 min 3 s for the volumes of a Pod, and looks for a volume that is not attached with that back-off',
    source: 'kubelet, pkg/kubelet/volumemanager/volume_manager.go:WaitForAttachAndMount, 1.20 … 1.36',
    tests: [
      'control/attach-detach.test.ts: has a kubelet that looks for the volume with a back-off, so that it may start up to two minutes late',
    ],
  },
  {
    rule: 'A claim of StorageClass mode Immediate is provisioned when it is made; the Pod starts when it is bound, attached and mounted',
    source: 'kube-controller-manager, pkg/controller/volume/persistentvolume/pv_controller.go, 1.20 … 1.36',
    tests: ['control/attach-detach.test.ts: A claim that is made with its Pod is provisioned, attached and mounted before the Pod starts'],
  },
  {
    rule: 'With WaitForFirstConsumer the scheduler waits in PreBind for the volume, up to 10 min',
    source: 'kube-scheduler, pkg/scheduler/framework/plugins/volumebinding/volume_binding.go:PreBind, 1.20 … 1.36',
    absent:
      'StorageClasses are not read: the Pod is bound first and its kubelet waits for the volume, which takes as long unless provisioning fails.',
  },
  {
    rule: 'A Pod whose volume has a topology (a zone, a local disk) fits only there',
    source: 'kube-scheduler, pkg/scheduler/framework/plugins/volumezone/volume_zone.go and volumebinding, 1.20 … 1.36',
    absent: 'Volumes have no place: PersistentVolumes are not read. After the loss of a zone a Pod that would stay Pending moves here.',
  },
  {
    rule: 'A Node takes only so many volumes',
    source: 'kube-scheduler, pkg/scheduler/framework/plugins/nodevolumelimits/csi.go, 1.20 … 1.36',
    absent: 'Limits come from CSINode objects, which are not read.',
  },
]
