import { LABEL_SELECTOR } from './metadata.ts'
import { anything, boolean, ignored, integer, list, modelled, object, plain, quantity, refused, text, textMap, texts } from './types.ts'

const KEY_TO_PATH = plain({ key: text, path: text, mode: integer })
const ITEMS = list(KEY_TO_PATH)
const FIELD_REF = plain({ apiVersion: text, fieldPath: text })
const RESOURCE_FIELD_REF = plain({ containerName: text, resource: text, divisor: quantity })
const DOWNWARD_ITEMS = list(plain({ path: text, mode: integer, fieldRef: FIELD_REF, resourceFieldRef: RESOURCE_FIELD_REF }))
const PROJECTION = plain({
  configMap: plain({ name: text, items: ITEMS, optional: boolean }),
  secret: plain({ name: text, items: ITEMS, optional: boolean }),
  downwardAPI: plain({ items: DOWNWARD_ITEMS }),
  serviceAccountToken: plain({ audience: text, expirationSeconds: integer, path: text }),
  clusterTrustBundle: plain({ name: text, signerName: text, labelSelector: LABEL_SELECTOR, optional: boolean, path: text }),
  podCertificate: plain({
    signerName: text,
    keyType: text,
    maxExpirationSeconds: integer,
    credentialBundlePath: text,
    keyPath: text,
    certificateChainPath: text,
    userAnnotations: textMap,
  }),
})

/** Volumes that must be attached to a machine and are not claimed: losing the machine costs a detach (kubernetes-semantics §3.9); a claim says the same. */
const ATTACHED = [
  'ephemeral',
  'awsElasticBlockStore',
  'azureDisk',
  'cinder',
  'fc',
  'flexVolume',
  'gcePersistentDisk',
  'iscsi',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
] as const

/** Volume (k8s.io/api core/v1): what is mounted from the machine or the API, or claimed, is modelled; what is attached without a claim is refused. */
export const VOLUME = object(
  {
    ...modelled({
      name: text,
      emptyDir: plain({ medium: text, sizeLimit: quantity }),
      configMap: plain({ name: text, items: ITEMS, defaultMode: integer, optional: boolean }),
      secret: plain({ secretName: text, items: ITEMS, defaultMode: integer, optional: boolean }),
      projected: plain({ sources: list(PROJECTION), defaultMode: integer }),
      hostPath: plain({ path: text, type: text }),
      downwardAPI: plain({ items: DOWNWARD_ITEMS, defaultMode: integer }),
      persistentVolumeClaim: object(modelled({ claimName: text, readOnly: boolean }), ['claimName']),
    }),
    ...ignored({
      azureFile: plain({ secretName: text, shareName: text, readOnly: boolean }),
      cephfs: plain({ monitors: texts, path: text, user: text, secretFile: text, secretRef: plain({ name: text }), readOnly: boolean }),
      csi: plain({ driver: text, fsType: text, readOnly: boolean, nodePublishSecretRef: plain({ name: text }), volumeAttributes: textMap }),
      flocker: plain({ datasetName: text, datasetUUID: text }),
      gitRepo: plain({ repository: text, revision: text, directory: text }),
      glusterfs: plain({ endpoints: text, path: text, readOnly: boolean }),
      nfs: plain({ server: text, path: text, readOnly: boolean }),
    }),
    ...refused({ ...Object.fromEntries(ATTACHED.map((source) => [source, anything])), image: anything }),
  },
  ['name'],
)

/** ObjectFieldSelector and ResourceFieldSelector (k8s.io/api core/v1). */
export const FIELD_SELECTORS = { fieldRef: FIELD_REF, resourceFieldRef: RESOURCE_FIELD_REF }
