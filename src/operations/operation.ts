import type { Client } from '../cluster/client.ts'
import type { ApiObject } from '../cluster/objects.ts'
import type { Run } from '../cluster/world.ts'
import type { OperationWord } from '../scenario/vocabulary.ts'

/** What a person or a pipeline does through the API, as the client `operator`. */
export interface Operation<Parameters = unknown> extends OperationWord {
  /** `object` is the newest version of what `of` names; null for operations that take no `of`. */
  send(run: Run, client: Client, object: ApiObject | null, parameters: Parameters): void
}
