import { type Flags, type FlagValues, wordsFlag } from '../scenario/flags.ts'

const PLUGINS = 'pkg/kubeapiserver/options/plugins.go:AllOrderedPlugins, DefaultOffAdmissionPlugins, 1.20 … 1.36'

/** Plugins whose work is modelled. All are on unless they are disabled, but for AlwaysPullImages and, here, ServiceAccount. */
export type ModelledPlugin =
  | 'AlwaysPullImages'
  | 'DefaultTolerationSeconds'
  | 'Priority'
  | 'ResourceQuota'
  | 'ServiceAccount'
  | 'TaintNodesByCondition'

const MODELLED: readonly ModelledPlugin[] = [
  'AlwaysPullImages',
  'DefaultTolerationSeconds',
  'Priority',
  'ResourceQuota',
  'ServiceAccount',
  'TaintNodesByCondition',
]
/** On only where they are enabled. A Pod here has the volumes of its manifest, so that its token's is one more thing to ask for. */
const OFF: readonly ModelledPlugin[] = ['AlwaysPullImages', 'ServiceAccount']

/** Plugins without which, or with which, recovery goes the same way here. */
const HARMLESS = [
  'AlwaysAdmit',
  'CertificateApproval',
  'CertificateSigning',
  'CertificateSubjectRestriction',
  'ClusterTrustBundleAttest',
  'DefaultIngressClass',
  'DefaultStorageClass',
  'DenyEscalatingExec',
  'DenyExecOnPrivileged',
  'DenyServiceExternalIPs',
  'LimitPodHardAntiAffinityTopology',
  'LimitRanger',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'NamespaceAutoProvision',
  'NamespaceExists',
  'NamespaceLifecycle',
  'NodeDeclaredFeatureValidator',
  'NodeRestriction',
  'OwnerReferencesPermissionEnforcement',
  'PersistentVolumeClaimResize',
  'PersistentVolumeLabel',
  'PodSecurity',
  'PodSecurityPolicy',
  'PodTopologyLabels',
  'RuntimeClass',
  'SecurityContextDeny',
  'StorageObjectInUseProtection',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
]
/** Plugins that would change what Pods are, which only the model's absence of them makes harmless to disable. */
const UNMODELLED = [
  'AlwaysDeny',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'ImagePolicyWebhook',
  'PodNodeSelector',
  'PodTolerationRestriction',
]

const noun = 'admission plugin'

/** Flags of kube-apiserver that say which admission plugins run. */
export const pluginFlags = {
  'enable-admission-plugins': wordsFlag(
    { noun, known: [...MODELLED, ...HARMLESS] },
    'Plugins beside those that are on by default. ServiceAccount, which is one of those in Kubernetes, gives Pods their token volume here only where it is named.',
    PLUGINS,
  ),
  'disable-admission-plugins': wordsFlag(
    { noun, known: [...MODELLED, ...HARMLESS, ...UNMODELLED] },
    'Plugins that are off: without DefaultTolerationSeconds a Pod tolerates no dead Node, without TaintNodesByCondition a new Node has no taint from its first instant.',
    PLUGINS,
  ),
} satisfies Flags

/** Whether a plugin runs. */
export function admits(flags: FlagValues<typeof pluginFlags>, plugin: ModelledPlugin): boolean {
  if (flags['disable-admission-plugins'].includes(plugin)) return false
  return !OFF.includes(plugin) || flags['enable-admission-plugins'].includes(plugin)
}
