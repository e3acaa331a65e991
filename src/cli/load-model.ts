import type { Model } from './shell.ts'

/** The real model; loading it takes longer than anything else a light command does. */
export async function loadModel(): Promise<Model> {
  const [{ read }, { simulate, inspect, place, vocabulary }, { scenarioJsonSchema }] = await Promise.all([
    import('../scenario/read.ts'),
    import('../model.ts'),
    import('../scenario/json-schema.ts'),
  ])
  return {
    vocabulary,
    read: (source, overrides) => read(source, vocabulary, overrides),
    simulate,
    place,
    inspect,
    jsonSchema: () => scenarioJsonSchema(vocabulary),
  }
}
