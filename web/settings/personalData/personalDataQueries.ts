/** Queries of the page of personal data. */
import { queryOptions } from '@tanstack/react-query';
import { personalDataEndpoints } from '../../../shared/personalDataApi.ts';
import { callsOf } from '../../desk/call.ts';
import { pagedQuery } from '../../ui/pagedQuery.ts';

/** Calls the endpoints of personal data. */
export const call = callsOf(personalDataEndpoints);

const key = ['settings', 'personalData'] as const;

export interface RegisterFilter {
  clientId: string | undefined;
  personId: string | undefined;
}

export const registerQuery = ({ clientId, personId }: RegisterFilter) =>
  pagedQuery([...key, 'register', clientId ?? null, personId ?? null], (from, options) => {
    const query = {
      ...from,
      ...(clientId === undefined ? {} : { clientId }),
      ...(personId === undefined ? {} : { personId }),
    };
    return call('listRegister', { query }, options);
  });

export const erasuresQuery = queryOptions({
  queryKey: [...key, 'erasures'],
  queryFn: async ({ signal }) => (await call('listErasures', {}, { signal })).erasures,
  staleTime: 0,
});

export const storageEncryptionQuery = queryOptions({
  queryKey: [...key, 'storageEncryption'],
  queryFn: ({ signal }) => call('readStorageEncryption', {}, { signal }),
  staleTime: 0,
});

export const retentionQuery = queryOptions({
  queryKey: [...key, 'retention'],
  queryFn: ({ signal }) => call('readRetention', {}, { signal }),
  staleTime: 0,
});
