import type { Machine } from '../../cluster/machine.ts'
import type { Run } from '../../cluster/world.ts'
import type { PodSpec } from '../../scenario/specs.ts'

/** Every image of every workload and static Pod, and every one that an operation will set. */
function knownImages(run: Run): ReadonlySet<string> {
  const { scenario, truth } = run.world
  const images = new Set<string>()
  const note = ({ spec }: { readonly spec: PodSpec }): void => {
    for (const { image } of [...spec.initContainers, ...spec.containers]) images.add(image)
  }
  for (const manifest of scenario.workloads) {
    if ('template' in manifest) note(manifest.template)
    else if (manifest.kind === 'Pod') note(manifest)
  }
  for (const { do: word, parameters } of scenario.operations)
    if (word === 'set-image') images.add((parameters as { readonly to: string }).to)
  for (const { spec } of truth.machines) for (const pod of spec.staticPods) note(pod)
  return images
}

/** `images: all`: they all lie on every machine when the run begins. */
export function spreadImages(run: Run): void {
  if (run.world.scenario.images !== 'all') return
  const images = knownImages(run)
  for (const machine of run.world.truth.machines) for (const image of images) machine.images.add(image)
}

/** `images: all` holds for a machine with a new disk too: the images are part of it. */
export function placeImages(run: Run, machine: Machine): void {
  if (run.world.scenario.images === 'all') for (const image of knownImages(run)) machine.images.add(image)
}
