// SPDX-License-Identifier: MIT
// What the server sends (engine/web/API.md). Everything Locust doesn't have is optional: absent keys hide their part.

export type Level = 'ok' | 'warn' | 'bad' | 'dim';
export type RunState = 'ready' | 'spawning' | 'running' | 'cleanup' | 'stopping' | 'stopped';

export interface Window {
  rps: number;
  fails: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export interface Entry {
  method: string;
  name: string;
  num_requests: number;
  num_failures: number;
  avg_response_time: number;
  avg_content_length: number;
  min_response_time: number;
  max_response_time: number;
  median_response_time: number;
  current_rps: number;
  current_fail_per_sec: number;
  total_rps: number;
  total_fail_per_sec: number;
  current?: Window;
  /** The minute before the last 10 s, where the server keeps it per name. */
  before?: Window | null;
  attention?: 0 | 1 | 2 | 3;
  max_at?: number | null;
  p50?: number | null;
  p95?: number | null;
  p99?: number | null;
  p999?: number | null;
  /** Not rounded to whole milliseconds, as `max_response_time` is. */
  max?: number | null;
  [key: `response_time_percentile_${string}`]: number | null | undefined;
}

export interface Failure {
  key?: string;
  method: string;
  name: string;
  error: string;
  occurrences: number;
  first_seen: number | null;
  last_seen: number | null;
  last_10s?: number;
  workers?: string[];
  /** All of them; `workers` has the first 20. */
  worker_count?: number;
}

export interface Worker {
  id: string;
  state: string;
  user_count: number;
  cpu_usage: number;
  memory_usage: number;
  index?: number;
  lag_p99_ms?: number | null;
  rps?: number | null;
  node?: string | null;
  up_s?: number | null;
  seen_s?: number | null;
  connections?: number | null;
  ports_used?: number | null;
  ports_limit?: number | null;
}

export interface Verdict {
  level: Level;
  word: string;
  detail: string;
  since?: number | null;
  link?: string | null;
}

export interface Change {
  t: number;
  kind: string;
  text: string;
  short?: string | null;
  link?: string | null;
}

export interface Run {
  id?: number;
  start: number | null;
  end: number | null;
  planned_s: number | null;
  profile?: string | null;
  /** What this run is aimed at, where the server says so. */
  host?: string | null;
  /** Since when no new tasks start; null while they do. */
  paused?: { since: number | null } | null;
  /** Users that are left, of how many, and how long it may still take. */
  stopping?: { users: number; of: number; left_s: number } | null;
  why_ended?: string | null;
}

export interface Generator {
  cpu_max: number | null;
  cpu_worker?: string | null;
  lag_p99_ms: number | null;
  ports_used?: number | null;
  ports_limit?: number | null;
  dropped?: number;
}

export interface ExtendedTable {
  key: string;
  data: Record<string, string | number | null>[];
}

export interface Snapshot {
  state: RunState;
  stats: Entry[];
  errors: Failure[];
  fail_ratio: number;
  total_rps: number;
  total_fail_per_sec?: number;
  user_count: number;
  worker_count?: number;
  workers?: Worker[];
  now?: number;
  run?: Run;
  target_users?: number;
  spawn_rate?: number;
  /** Users with a request under way; absent where workers don't say. */
  waiting_users?: number;
  oldest_wait_s?: number;
  before?: Window | null;
  verdict?: { target: Verdict; generator: Verdict };
  generator?: Generator;
  changes?: Change[];
  can?: { pause?: boolean };
  counts?: { names?: number; errors?: number; exceptions?: number; log_warnings?: number };
  extended_stats?: ExtendedTable[];
}

export interface HistoryAnswer {
  from: number;
  to: number;
  step: number;
  time: number[];
  rps: (number | null)[];
  fails: (number | null)[];
  p50: (number | null)[];
  p95: (number | null)[];
  p99: (number | null)[];
  users: (number | null)[];
  target?: (number | null)[];
  cpu_max?: (number | null)[];
  cpu_median?: (number | null)[];
  cpu_min?: (number | null)[];
  lag_p99_ms?: (number | null)[];
  workers?: (number | null)[];
  overloaded?: [number, number][];
  paused?: [number, number][];
}

/** Lines of rows: one number per step, oldest first. */
export interface LinesAnswer {
  from: number;
  step: number;
  lines: Record<string, (number | null)[]>;
}

export interface HistogramPart {
  count: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  percentiles: Record<string, number | null>;
  buckets: [number, number, number][];
}
export interface Histogram extends HistogramPart {
  current?: HistogramPart | null;
}

export interface HeatMap {
  from: number;
  to: number;
  col_s: number;
  edges_ms: number[];
  columns: number[][];
}

export type Phase = { mean: number; median?: number; p95?: number; max: number; count: number } | null;
export type Phases = Record<string, Phase>;

export interface Sample {
  t: number;
  method: string;
  name: string;
  url?: string | null;
  status?: number | null;
  error: string;
  request_headers?: string | Record<string, string> | null;
  request_body?: string | null;
  response_headers?: string | Record<string, string> | null;
  body?: string | null;
  worker?: string | null;
}

export interface ExceptionRow {
  count: number;
  msg: string;
  traceback: string;
  nodes: string;
  first_seen?: number | null;
  last_seen?: number | null;
}

export interface TaskRatio {
  ratio: number;
  /** The share of task starts; in per_class of those of the class or set. */
  measured?: number | null;
  tasks?: Record<string, TaskRatio>;
}
export interface Tasks {
  per_class: Record<string, TaskRatio>;
  total: Record<string, TaskRatio>;
}

export interface Logs {
  master: string[];
  workers: Record<string, string[]>;
}

export interface ExtraOption {
  default_value: string | number | boolean | string[] | null;
  is_secret?: boolean;
  is_required?: boolean;
  is_multiple?: boolean;
  help_text?: string | null;
  choices?: string[] | null;
}

export interface UserClass {
  host?: string | null;
  weight?: number;
  fixed_count?: number;
  tasks?: string[];
  [attribute: string]: unknown;
}

export interface PageData {
  version?: string;
  locustfile?: string;
  host?: string | null;
  state?: RunState;
  user_count?: number | null;
  num_users?: number | null;
  spawn_rate?: number | null;
  run_time?: string | number | null;
  profile?: string | null;
  all_profiles?: string[];
  is_distributed?: boolean;
  worker_count?: number;
  stats_history_enabled?: boolean;
  extra_options?: Record<string, ExtraOption>;
  hide_common_options?: boolean;
  shape_use_common_options?: boolean;
  show_userclass_picker?: boolean;
  available_user_classes?: string[];
  available_shape_classes?: string[];
  available_user_tasks?: Record<string, string[]>;
  users?: Record<string, UserClass>;
  override_host_warning?: boolean;
  missing_host_warning?: boolean;
  is_host_required?: boolean;
  percentiles_to_statistics?: number[];
  extended_tabs?: { title: string; key: string }[];
  extended_tables?: { key: string; title: string; structure: { key: string; title: string }[] }[];
  extended_csv_files?: { href: string; title: string }[];
  history?: LocustPoint[];
  /** Ours: the last quarter of an hour of the total, so that the first paint needs no request. */
  curve?: HistoryAnswer;
  snapshot?: Snapshot;
  can?: { login?: boolean; pause?: boolean; samples?: boolean; heatmap?: boolean; phases?: boolean };
  /** Ours; `version` is the Locust we are compatible with. */
  cicada_version?: string;
  csrf_token?: string | null;
  open_to_all?: boolean;
  stop_timeout?: number | null;
  worker_command?: string;
  [key: string]: unknown;
}

export interface LocustPoint {
  time: string;
  current_rps?: [string, number];
  current_fail_per_sec?: [string, number];
  user_count?: [string, number];
  [key: string]: unknown;
}

export interface LoginData {
  username_password_callback?: string | null;
  auth_providers?: { label: string; callback_url: string; icon_url?: string | null }[];
  custom_form?: {
    inputs: {
      label: string;
      name: string;
      type?: string;
      default_value?: unknown;
      choices?: string[];
      is_secret?: boolean;
      is_required?: boolean;
    }[];
    callback_url: string;
    submit_button_text?: string;
  } | null;
  error?: string | null;
  info?: string | null;
  next?: string | null;
}
