/** One command of a comment. Names are as written; whether they exist is decided where the configuration is known. */
export type Command =
  | {
      readonly name: 'promote'
      readonly environment?: string
      readonly applications: readonly string[]
      readonly all: boolean
      readonly dryRun: boolean
    }
  | {
      readonly name: 'rollback'
      readonly environment: string
      readonly application?: string
      /** `#12` or a commit id. */
      readonly to?: string
      readonly reason?: string
    }
  | { readonly name: 'heal'; readonly environment: string; readonly application?: string }
  | { readonly name: 'history'; readonly environment: string; readonly application?: string }
  | { readonly name: 'resume'; readonly environment: string; readonly application?: string }
  | { readonly name: 'plan' | 'unhold' | 'help' | 'cancel' }
  | { readonly name: 'why'; readonly environment?: string; readonly application?: string }
  /** `until` is a time in one of the forms of `until.ts`. */
  | { readonly name: 'hold'; readonly until?: string; readonly reason?: string }
  | { readonly name: 'lock'; readonly environment: string; readonly until?: string; readonly reason?: string }
  | { readonly name: 'unlock'; readonly environment: string; readonly reason?: string }
  | { readonly name: 'confirm-prune'; readonly revision: string }

export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command }
  /** Written wrongly; `usage` is how it goes. */
  | { readonly kind: 'usage'; readonly name: string; readonly usage: string }
  /** Close to one of ours. */
  | { readonly kind: 'unknown'; readonly name: string; readonly nearest: string }
  /** A fixed part of the grammar that this version does not do. */
  | { readonly kind: 'unavailable'; readonly name: string }

export interface ParsedComment {
  readonly commands: readonly ParsedCommand[]
  readonly tooMany: boolean
}
