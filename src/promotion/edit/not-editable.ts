/** Why an edit cannot be made without touching anything else, and where. Made into YAML_NOT_EDITABLE by `editYaml`. */
export class NotEditable extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'NotEditable'
    this.offset = offset
  }
}
