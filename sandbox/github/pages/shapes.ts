/** The parts of REST answers that the pages show. */

export interface PullView {
  number: number
  title: string
  body: string | null
  state: string
  draft: boolean
  merged?: boolean
  merged_at: string | null
  mergeable_state?: string
  user: { login: string }
  created_at: string
  head: { ref: string; sha: string }
  base: { ref: string }
  changed_files?: number
}
export interface CommentView {
  id: number
  body: string
  user: { login: string; type: string }
  created_at: string
  updated_at: string
  reactions?: Record<string, number | string>
}
export interface RunView {
  id: number
  name: string
  status: string
  conclusion: string | null
  output: { title: string | null; summary: string | null; text: string | null }
  app: { slug: string }
}
export interface RepositoryView {
  full_name: string
  private: boolean
  description: string | null
  default_branch: string
}
