/** What the page of personal data reads. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from '../calls.ts';

const key = ['settings', 'personalData'] as const;

export interface RegisterFilter {
  clientId: string | undefined;
  personId: string | undefined;
}

export const registerQuery = ({ clientId, personId }: RegisterFilter) =>
  infiniteQueryOptions({
    queryKey: [...key, 'register', clientId ?? null, personId ?? null],
    queryFn: ({ pageParam, signal }) =>
      call(
        'listRegister',
        {
          query: {
            ...(clientId === undefined ? {} : { clientId }),
            ...(personId === undefined ? {} : { personId }),
            ...(pageParam === null ? {} : { cursor: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
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
