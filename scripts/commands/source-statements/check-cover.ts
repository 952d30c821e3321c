/** A cover in, whether it is there out: no statement is covered by what does not exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { elementsOf, MODEL_VERSIONS } from '../../core/element-model';
import { fhirVersion } from '../../core/fhir-version';
import { packageRoot } from '../../core/package-root';
import { INSTANCE_ROWS, SERIES_ROWS, STUDY_ROWS } from '../../convert/ballot-rows';
import { wildcard } from '../../core/wildcard';
import { rulesOf } from '../../invariants/rules';
import { loadSearchDefinitions } from '../../search/definitions';
import { selectTests } from '../../tester/select';
import { catalogue } from '../../tester/tests/index';
import type { Cover } from './documents';
import { isUrlForm, URL_FORMS } from './url-forms';

const catalogues = new Map<string, readonly string[]>();

/** Ids of the tests there are for a version. */
function testsOf(version: string): readonly string[] {
  let ids = catalogues.get(version);
  if (ids === undefined) {
    const row = fhirVersion(version);
    catalogues.set(version, (ids = selectTests(catalogue(loadSearchDefinitions(row), row), row).map(({ id }) => id)));
  }
  return ids;
}

/** How often a cover is there: tests that fit, or 1; 0 where there is nothing of the name. */
export function coverCount(cover: Cover): number {
  const colon = cover.indexOf(':');
  const kind = cover.slice(0, colon);
  const rest = cover.slice(colon + 1);
  const [name = '', version = ''] = rest.split(/@(?=[^@]*$)/);
  switch (kind) {
    case 'test': {
      const pattern = wildcard(name);
      return testsOf(version).filter((id) => pattern.test(id)).length;
    }
    case 'rule':
      return rulesOf(version).some(({ id }) => id === name) ? 1 : 0;
    case 'convert':
      return [...STUDY_ROWS, ...SERIES_ROWS, ...INSTANCE_ROWS].filter(({ path }) => path === name).length;
    case 'model': {
      const [model, path = ''] = rest.split('#');
      const known = MODEL_VERSIONS.find((one) => one === model);
      return known !== undefined && elementsOf(known, 'ImagingStudy')[path] !== undefined ? 1 : 0;
    }
    case 'url':
      return isUrlForm(rest) && URL_FORMS[rest].made() === URL_FORMS[rest].wanted ? 1 : 0;
    default: {
      const hash = rest.indexOf('#');
      const file = join(packageRoot(), rest.slice(0, hash));
      if (!existsSync(file)) return 0;
      return readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith(`* ${rest.slice(hash + 1)}`)).length;
    }
  }
}

/** A cover in words for a table. */
export function shownCover(cover: Cover, count: number): string {
  const [kind = '', ...rest] = cover.split(':');
  const name = rest.join(':').trim();
  if (kind === 'test') return `\`${name.replace(/@.*$/, '')}\` (${count} ${count === 1 ? 'test' : 'tests'})`;
  if (kind === 'rule') return `rule \`${name.replace(/@.*$/, '')}\``;
  if (kind === 'convert') return `conversion: ${[...STUDY_ROWS, ...SERIES_ROWS, ...INSTANCE_ROWS].find(({ path }) => path === name)?.becomes ?? ''}`;
  if (kind === 'url') return `addresses: \`${name}\` by ${isUrlForm(name) ? URL_FORMS[name].by : ''}`;
  if (kind === 'model') return `table of FHIR ${name.split('#')[0]}, \`${name.split('#')[1]}\``;
  const [file = '', line = ''] = name.split(/#(.*)/);
  return `${kind === 'logical' ? 'logical model' : 'profile'} \`${(file.split('/').at(-1) ?? '').replace('.fsh', '')}\`, \`${line}\``;
}
