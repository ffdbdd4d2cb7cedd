// SPDX-License-Identifier: MIT
// What went wrong, in plain words. Locust writes exceptions as Python prints them; the exact text stays in the detail.

const CALL = /^([A-Za-z_][\w.]*)\(([^]*)\)$/;
/** The last quoted text: the innermost exception's own words. */
const QUOTED = /'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"/g;

const WORDS: Record<string, string> = {
  ConnectionRefusedError: 'Connection refused',
  ConnectionResetError: 'Connection reset by peer',
  ConnectionAbortedError: 'Connection aborted',
  BrokenPipeError: 'Connection closed by the target while sending',
  RemoteDisconnected: 'The target closed the connection without answering',
  TimeoutError: 'Timed out',
  ReadTimeoutError: 'Timed out while reading the answer',
  ConnectTimeout: 'Timed out while connecting',
  gaierror: 'The host name can’t be looked up',
  TooManyRedirects: 'Too many redirects',
  InvalidURL: 'The address can’t be used',
  MissingSchema: 'The address has no http:// or https://',
};

const unescaped = (s: string): string =>
  s.replace(/\\(['"\\nrt])/g, (_m, c: string) => ({ n: ' ', r: ' ', t: ' ' })[c] ?? c);

function innermost(args: string): string {
  const all = [...args.matchAll(QUOTED)].map((m) => unescaped(m[1] ?? m[2] ?? '')).filter(Boolean);
  return all.at(-1) ?? '';
}

const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

/** "ChunkedEncodingError" as "Chunked encoding error". */
const spelled = (name: string): string =>
  capital(
    name
      .replace(/^.*\./, '')
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
      .replace(/\b[A-Z](?=[a-z])/g, (c) => c.toLowerCase()),
  );

/** As `error` reads to a person; unchanged where it is no exception as Python prints it. */
export function plainError(error: string): string {
  const m = CALL.exec(error.trim());
  if (!m) return error;
  const [name, args] = [m[1] as string, m[2] as string];
  const text = innermost(args);
  const status = /^(\d{3}) (?:Client|Server) Error: (.*?)(?: for url: [^]*)?$/.exec(text);
  if (status) return `${status[1]} ${status[2]}`.trim();
  const read = /Read timed out\.(?: \(read timeout=([\d.]+)\))?/.exec(args);
  if (read) return read[1] ? `Timed out after ${read[1]}\u00a0s` : 'Timed out while reading the answer';
  const short = /IncompleteRead\((\d+) bytes read, (\d+) more expected\)/.exec(args);
  if (short) return `The answer ended after ${short[1]} of ${Number(short[1]) + Number(short[2])} bytes`;
  if (/Response ended prematurely/.test(args)) return 'The answer ended too early';
  if (/InvalidChunkLength/.test(args)) return 'The answer’s chunks are broken';
  if (/certificate verify failed/.test(args)) {
    const why = /certificate verify failed: (.*?)(?: \(_ssl|['"]\)|$)/.exec(text)?.[1];
    return why ? `The certificate is not trusted: ${why}` : 'The certificate is not trusted';
  }
  for (const known of Object.keys(WORDS))
    if (name === known || new RegExp(`\\b${known}\\(`).test(args)) return WORDS[known] as string;
  return text ? capital(text) : spelled(name);
}
