import { z } from 'zod'
import { operatorSchema } from '../../src/config/operator-schema.ts'
import { repositorySchema } from '../../src/config/repository-schema.ts'

/** The published JSON Schemas: path from the root → text. */
export function schemaFiles(): Record<string, string> {
  return {
    'docs/reference/lockstep.schema.json': print(repositorySchema),
    'docs/reference/operator.schema.json': print(operatorSchema),
  }
}

function print(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`
}
