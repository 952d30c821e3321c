/** The CapabilityStatement names R4's own search parameters, all seventeen of ImagingStudy, each with its expectation. */
import { EXPECTATIONS } from '../../scripts/core/result';
import { r4Resource, type BuiltGuide } from './built-guide';

const EXPECTATION = 'http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation';

interface Expected {
  extension?: { url: string; valueCode: string }[];
}
interface SearchParam extends Expected {
  name: string;
  definition: string;
  type: string;
}
interface RestResource extends Expected {
  type: string;
  interaction: (Expected & { code: string })[];
  searchParam: SearchParam[];
  searchInclude?: string[];
  _searchInclude?: Expected[];
  searchRevInclude?: string[];
  _searchRevInclude?: Expected[];
}

/** https://hl7.org/fhir/R4/imagingstudy.html#search */
const IMAGING_STUDY_PARAMETERS =
  'basedon bodysite dicom-class encounter endpoint identifier instance interpreter modality patient performer reason referrer series started status subject'.split(' ');

export function testCapabilities(guide: () => BuiltGuide): void {
  const rest = () => (guide().resource('CapabilityStatement-scout-imaging-server') as unknown as { rest: [{ resource: RestResource[]; searchParam: SearchParam[]; interaction: Expected[] }] }).rest[0];
  const resource = (type: string) => rest().resource.find((row) => row.type === type);

  test('all seventeen parameters of ImagingStudy are there, each once', () => {
    expect(resource('ImagingStudy')?.searchParam.map(({ name }) => name)).toEqual(IMAGING_STUDY_PARAMETERS);
  });

  test('every parameter is R4\'s: its name, its type, and the resource it is on', () => {
    const rows = rest().resource.flatMap(({ type, searchParam }) => searchParam.map((row) => ({ type, row })));
    const wrong = rows.filter(({ type, row }) => {
      const definition = r4Resource('SearchParameter', row.definition) as unknown as { code: string; type: string; base: string[] };
      return definition.code !== row.name || definition.type !== row.type || !definition.base.includes(type);
    });
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThan(IMAGING_STUDY_PARAMETERS.length);
  });

  test('everything that a server may be asked for says how strongly', () => {
    const { resource: resources, searchParam, interaction } = rest();
    const rows: Expected[] = [
      ...resources,
      ...searchParam,
      ...interaction,
      ...resources.flatMap((row) => [...row.interaction, ...row.searchParam, ...(row._searchInclude ?? []), ...(row._searchRevInclude ?? [])]),
    ];
    const strength = ({ extension }: Expected) => extension?.find(({ url }) => url === EXPECTATION)?.valueCode ?? 'none';
    expect(rows.filter((row) => !(EXPECTATIONS as readonly string[]).includes(strength(row)))).toEqual([]);
    expect(resources.map((row) => [row.searchInclude?.length, row.searchRevInclude?.length])).toEqual(
      resources.map((row) => [row._searchInclude?.length, row._searchRevInclude?.length]),
    );
  });

  test('a client can read and search every type', () => {
    const types = rest().resource.map(({ type, interaction }) => [type, interaction.filter(({ extension }) => extension?.[0]?.valueCode === 'SHALL').map(({ code }) => code)]);
    expect(Object.fromEntries(types)).toEqual(
      Object.fromEntries(['ImagingStudy', 'Patient', 'Endpoint', 'Practitioner', 'Organization', 'ServiceRequest', 'DiagnosticReport'].map((type) => [type, ['read', 'search-type']])),
    );
  });

  test('includes name reference parameters that the statement itself lists', () => {
    const known = new Set(rest().resource.flatMap(({ type, searchParam }) => searchParam.filter((row) => row.type === 'reference').map(({ name }) => `${type}:${name}`)));
    const used = rest().resource.flatMap(({ searchInclude = [], searchRevInclude = [] }) => [...searchInclude, ...searchRevInclude]);
    expect(used.filter((include) => !known.has(include))).toEqual([]);
    expect(resource('ImagingStudy')?.searchInclude).toContain('ImagingStudy:endpoint');
  });
}
