/** The list of a guide's published versions (package-list.json) in and out, and the page that shows it. */
import { escapeHtml } from '../core/escape-html';
import { KnownError } from '../core/known-error';

/** One published version: https://confluence.hl7.org/display/FHIR/FHIR+IG+PackageList+doco */
export interface PublishedVersion {
  readonly version: string;
  readonly path: string;
  /** `draft`, `trial-use`, `normative`, `release` ... */
  readonly status: string;
  readonly sequence: string;
  readonly fhirversion: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly desc?: string;
  /** Whether it is the one that `current/` holds. */
  readonly current?: boolean;
}

export interface PackageList {
  readonly 'package-id': string;
  readonly title: string;
  readonly canonical: string;
  readonly introduction?: string;
  /** The newest first. */
  readonly list: readonly PublishedVersion[];
}

/** @throws KnownError `bad-package-list` */
export function readPackageList(text: string, file: string): PackageList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new KnownError('bad-package-list', `${file} is not JSON: ${(error as Error).message}`, 'Mend it by hand: it says which versions are published.', { cause: error });
  }
  const { list } = (value ?? {}) as Partial<PackageList>;
  const wrong = !Array.isArray(list) || list.some((one: unknown) => typeof (one as Partial<PublishedVersion> | null)?.version !== 'string');
  if (wrong) throw new KnownError('bad-package-list', `${file} has no "list" of versions.`, 'Mend it by hand: it says which versions are published.');
  return value as PackageList;
}

/** @throws KnownError `already-published`, `other-guide` */
export function withVersion(before: PackageList | undefined, guide: Omit<PackageList, 'list'>, added: PublishedVersion): PackageList {
  if (before !== undefined && before['package-id'] !== guide['package-id']) {
    throw new KnownError('other-guide', `The versions published there are of ${before['package-id']}, not of ${guide['package-id']}.`, 'Name another folder with --to DIR.');
  }
  if (before?.list.some(({ version }) => version === added.version)) throw alreadyPublished(added.version);
  const earlier = (before?.list ?? []).map(({ current: _, ...one }): PublishedVersion => one);
  return { ...before, ...guide, list: [{ ...added, current: true }, ...earlier] };
}

export function alreadyPublished(version: string): KnownError {
  return new KnownError('already-published', `Version ${version} is published already, and what is published is never changed.`, 'Give the guide a new version in sushi-config.yaml.');
}

/** The page with all versions; addresses are relative, so that the folder can stand anywhere. */
export function historyPage({ title, canonical, 'package-id': packageId, list }: PackageList): string {
  const rows = list.map(({ version, date, status, desc, current }) => `<tr><th scope="row"><a href="${escapeHtml(encodeURIComponent(version))}/index.html">${escapeHtml(version)}</a>${current === true ? ' (<a href="current/index.html">current</a>)' : ''}</th><td>${escapeHtml(date)}</td><td>${escapeHtml(status)}</td><td>${escapeHtml(desc ?? '')}</td><td><a href="${escapeHtml(encodeURIComponent(version))}/package.tgz">package</a></td></tr>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Versions of ${escapeHtml(title)}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;padding:1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886;vertical-align:top}</style>
</head>
<body>
<main>
<h1>Versions of ${escapeHtml(title)}</h1>
<p><code>${escapeHtml(packageId)}</code>, ${escapeHtml(canonical)}</p>
<table>
<thead><tr><th scope="col">Version</th><th scope="col">Date</th><th scope="col">Status</th><th scope="col">What it is</th><th scope="col">Package</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</main>
</body>
</html>
`;
}
