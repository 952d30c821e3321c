/** A guide in, what Liquid finds under `site` and `page` out, named as the IG Publisher names it. */
import { pageOf } from '../file-names';
import type { SiteReader } from '../reader';

type Listed = Record<string, { name: string; title: string; path: string; description: string | undefined; url: string | undefined }>;

export function siteData(reader: SiteReader, pageName: string): Record<string, unknown> {
  const { guide } = reader;
  const page = guide.pages.find(({ name }) => name === pageName);
  const spec = `http://hl7.org/fhir/R${guide.fhirVersion.startsWith('4.3') ? '4B' : guide.fhirVersion.split('.')[0]}/`;
  const ig = {
    id: guide.packageId, name: guide.name, title: guide.title, version: guide.version, status: guide.status, publisher: guide.publisher, date: guide.date,
    description: guide.description, packageId: guide.packageId, url: `${guide.canonical}/ImplementationGuide/${guide.packageId}`, license: guide.license,
    releaseLabel: guide.releaseLabel,
  };
  return {
    page: { name: `${pageName}.html`, path: `${pageName}.html`, title: page?.title ?? pageName },
    site: {
      data: {
        ...guide.data,
        fhir: {
          path: spec, canonical: guide.canonical, version: guide.fhirVersion, igVer: guide.version, igId: guide.packageId, packageId: guide.packageId, igName: guide.name, ig,
          genDate: guide.date, errorCount: 0, statedRelease: guide.releaseLabel, releaseLabel: guide.releaseLabel, 'ig-url': `${guide.canonical}/ImplementationGuide/${guide.packageId}`,
        },
        info: { canonical: guide.canonical, ...ig },
        pages: Object.fromEntries(guide.pages.map(({ name, title }) => [`${name}.html`, { title, label: title }])),
        get resources(): Listed {
          return Object.fromEntries(reader.headlines().map(({ reference, title, description, url }) => [reference, { name: title, title, path: pageOf(reference), description, url }]));
        },
        get structuredefinitions(): Listed {
          return Object.fromEntries(reader.headlines().filter(({ resourceType }) => resourceType === 'StructureDefinition').map(({ reference, title, description, url }) => [reference.split('/')[1]!, { name: title, title, path: pageOf(reference), description, url }]));
        },
        get valuesets(): Listed {
          return Object.fromEntries(reader.headlines().filter(({ resourceType }) => resourceType === 'ValueSet').map(({ reference, title, description, url }) => [reference.split('/')[1]!, { name: title, title, path: pageOf(reference), description, url }]));
        },
      },
    },
  };
}
