/** Profiles and extensions that no example shows. */
import { localReference } from '../../core/fhir';
import { placeOf, type QaCheck, type QaFault } from '../qa-guide';
import { examplesOf, profilesOf } from './profiles';

export const unexampled: QaCheck = {
  id: 'unexampled',
  title: 'Profiles without an example',
  about: 'Every profile that can be claimed, and every extension, stands in an example.',
  run(guide) {
    const extensionsUsed = new Set(guide.examples.flatMap(({ resource }) => [...JSON.stringify(resource).matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url)));
    const contained = new Set(guide.examples.flatMap(({ resource }) => [...JSON.stringify(resource).matchAll(/"profile":\[([^\]]*)\]/g)].flatMap(([, list = '']) => [...list.matchAll(/"([^"|]+)/g)].map(([, url]) => url))));
    return profilesOf(guide).flatMap((profile): QaFault[] => {
      // What is abstract, or a datatype's profile, is used inside of others and never claimed by a resource.
      if (profile.abstract === true || (profile['kind'] !== 'resource' && profile.type !== 'Extension')) return [];
      const shown = profile.type === 'Extension' ? extensionsUsed.has(profile.url) : examplesOf(profile, guide).length > 0 || contained.has(profile.url);
      const reference = localReference(profile) ?? profile.url;
      return shown ? [] : [{ severity: 'warning', message: `No example ${profile.type === 'Extension' ? 'has the extension' : 'claims the profile'} ${reference}.`, location: placeOf(guide, reference) }];
    });
  },
};
