/** Versions, dates, states and addresses that do not fit together. */
import { localReference } from '../../core/fhir';
import { placeOf, type QaCheck, type QaFault, type QaGuide } from '../qa-guide';

/** https://semver.org, as FHIR packages are versioned: https://hl7.org/fhir/packages.html */
const SEMANTIC = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
/** https://hl7.org/fhir/R4/datatypes.html#dateTime */
const DATE = /^\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?)?)?$/;

export const versions: QaCheck = {
  id: 'version',
  title: 'Versions, dates and addresses',
  about: "Definitions carry the guide's version, a date that is not in the future, and an address below the guide's canonical URL.",
  run(guide, today) {
    const whole = { file: guide.configFile };
    const own: QaFault[] = [
      ...(guide.version === undefined ? [{ severity: 'error' as const, message: 'The guide has no version, so it cannot be published or depended on.', location: whole }] : []),
      ...(guide.version !== undefined && !SEMANTIC.test(guide.version) ? [{ severity: 'warning' as const, message: `The version ${guide.version} is not major.minor.patch.`, location: whole }] : []),
      ...dateFaults(guide.date, today, 'The guide').map((fault) => ({ ...fault, location: whole })),
    ];
    return [...own, ...guide.definitions.flatMap((resource) => resource.resourceType === 'ImplementationGuide' || resource['url'] === undefined ? [] : faultsOf(guide, resource, today))];
  },
};

function faultsOf(guide: QaGuide, resource: QaGuide['definitions'][number], today: string): QaFault[] {
  const reference = localReference(resource) ?? resource.resourceType;
  const location = placeOf(guide, reference);
  const { version, url, date } = resource;
  const expected = `${guide.canonical}/${reference}`;
  const faults: Omit<QaFault, 'location'>[] = [
    // Without a version of its own it is given the guide's on publishing, by the IG Publisher too.
    ...(version === undefined || version === guide.version ? [] : [{ severity: 'warning' as const, message: `${reference} says version ${typeof version === 'string' ? version : JSON.stringify(version)}, the guide ${guide.version ?? 'none'}.` }]),
    ...dateFaults(date as string | undefined, today, reference),
    ...(url === expected || guide.specialUrls.includes(String(url)) ? [] : [{ severity: 'error' as const, message: `${reference} has the address ${String(url)} instead of ${expected}; where that is meant, name it as parameter special-url in the configuration.` }]),
    ...(resource['status'] === undefined ? [{ severity: 'error' as const, message: `${reference} has no status.` }] : []),
  ];
  return faults.map((fault) => ({ ...fault, location }));
}

function dateFaults(date: string | undefined, today: string, what: string): Omit<QaFault, 'location'>[] {
  if (date === undefined) return [];
  if (!DATE.test(date)) return [{ severity: 'error', message: `${what} has the date ${date}, which is no date of FHIR (YYYY-MM-DD).` }];
  return date.slice(0, 10) > today ? [{ severity: 'warning', message: `${what} has the date ${date}, which is in the future.` }] : [];
}
