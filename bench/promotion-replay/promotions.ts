/** One promotion that a team made, as a line of the list names it. */
export interface Promotion {
  readonly commit: string
  /** Usually one; a commit may promote several. */
  readonly applications: readonly string[]
  readonly from: string
  readonly to: string
  /** Why this one cannot be the same, where a person has looked. */
  readonly because?: string
}

/** `COMMIT<tab>APPLICATION[,APPLICATION]<tab>FROM<tab>TO[<tab>WHY]`; lines that begin with # are left out. Throws at a line of another form. */
export function parsePromotions(text: string): Promotion[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => {
    const [commit = '', applications, from, to, because] = line.split('\t')
    if (!/^[0-9a-f]{40}$/.test(commit) || !applications || !from || !to) throw new Error(`not a promotion: ${line}`)
    return { commit, applications: applications.split(','), from, to, ...(because && { because }) }
  })
}

export function printPromotion({ commit, applications, from, to }: Promotion, because: string | undefined): string {
  return `${[commit, applications.join(','), from, to, ...(because ? [because] : [])].join('\t')}\n`
}
