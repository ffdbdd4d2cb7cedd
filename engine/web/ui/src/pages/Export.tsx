// SPDX-License-Identifier: MIT
// Every file with one line on what is in it. Files that are off say how to turn them on.
import type { JSX } from 'preact';
import { theme } from '../core/prefs';
import { useStore } from '../core/store';
import { Icon } from '../parts/icons';
import { Copy } from '../parts/small';

interface File {
  href: string;
  name: string;
  what: string;
  off?: string;
  tab?: boolean;
}

export function Export(): JSX.Element {
  const { page } = useStore();
  const files: File[] = [
    {
      href: `stats/report?theme=${theme()}`,
      name: 'Report',
      what: 'One page for reading and printing: verdicts, charts, requests, failures, workers',
      tab: true,
    },
    {
      href: `stats/report?theme=${theme()}&download=1`,
      name: 'Report as a file',
      what: 'The same in one HTML file that needs no network',
    },
    {
      href: 'stats/requests/csv',
      name: 'Requests',
      what: 'CSV: counts, rates and percentiles of each request over the whole run',
    },
    { href: 'stats/failures/csv', name: 'Failures', what: 'CSV: each kind of failure and how often it happened' },
    { href: 'exceptions/csv', name: 'Exceptions', what: 'CSV: errors of the scenario itself, with traces' },
    {
      href: 'stats/requests_full_history/csv',
      name: 'Full history',
      what: 'CSV: every request’s numbers at every interval',
      off: page.stats_history_enabled ? undefined : '--csv NAME --csv-full-history',
    },
    { href: 'metrics', name: 'Metrics', what: 'Prometheus text: what a scraper reads now', tab: true },
    ...(page.extended_csv_files ?? []).map((f) => ({
      href: f.href.replace(/^\//, ''),
      name: f.title,
      what: 'Declared by the scenario',
    })),
  ];
  return (
    <>
      <div class="crumb">
        <h1>Export</h1>
        <span class="t2 cut grow">Numbers cover the run up to the moment of the download.</span>
      </div>
      <section class="card">
        <ul class="files">
          {files.map((f) => (
            <li key={f.href}>
              <span class={f.off ? 't3' : 't2'}>
                <Icon name={f.tab ? 'out' : 'down'} />
              </span>
              <span class="file">
                {f.off ? (
                  <b class="t3">{f.name}</b>
                ) : (
                  <a
                    class="link"
                    href={f.href}
                    target={f.tab ? '_blank' : undefined}
                    rel={f.tab ? 'noopener' : undefined}
                    download={f.tab ? undefined : ''}
                  >
                    {f.name}
                  </a>
                )}
                <span class="t2">
                  {f.off ? (
                    <>
                      Off. Start with <code>{f.off}</code> to keep it.
                    </>
                  ) : (
                    f.what
                  )}
                </span>
              </span>
              {!f.off && (
                <Copy
                  class="btn bare icon"
                  label={`Copy link to ${f.name}`}
                  text={() => new URL(f.href, document.baseURI).href}
                />
              )}
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
