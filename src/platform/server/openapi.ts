/** The description of this API for programs, as `npm run docs` reads it off the contract. Loaded when somebody asks. */
import {type Json, json} from '../json.ts'

/** OpenAPI 3.1 document. */
export async function openapiText(): Promise<Json<object>> {
  const {default: document} = await import('../../../docs/openapi.json', {with: {type: 'json'}})
  return json<object>(document)
}
