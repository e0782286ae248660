/** Queries and changes of the template screens; each visit reads again, because other people write too. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { TemplateStatus, TemplateView } from '../../shared/schemas/template.ts';
import { templateEndpoints } from '../../shared/templatesApi.ts';
import { callsOf } from '../desk/call.ts';

/** Calls the endpoints of templates. */
export const call = callsOf(templateEndpoints);

const key = ['templates'] as const;
export type TemplateFilter = TemplateStatus | 'all';

export const templatesQuery = (filter: TemplateFilter, search: string) =>
  infiniteQueryOptions({
    queryKey: [...key, 'list', filter, search],
    queryFn: ({ signal, pageParam }) =>
      call(
        'listTemplates',
        {
          query: {
            ...(filter === 'all' ? {} : { status: filter }),
            ...(search === '' ? {} : { search }),
            ...(pageParam === null ? {} : { after: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextAfter,
    staleTime: 0,
  });

export const templateQuery = (templateId: string) =>
  queryOptions({
    queryKey: [...key, 'one', templateId],
    queryFn: ({ signal }) => call('readTemplate', { params: { templateId } }, { signal }),
    staleTime: 0,
  });

export const versionsQuery = (templateId: string, revision: number) =>
  queryOptions({
    queryKey: [...key, 'versions', templateId, revision],
    queryFn: async ({ signal }) =>
      (await call('listTemplateVersions', { params: { templateId } }, { signal })).versions,
  });

export function storeTemplate(queries: QueryClient, changed: TemplateView): void {
  queries.setQueryData(templateQuery(changed.id).queryKey, changed);
  void queries.invalidateQueries({ queryKey: [...key, 'list'] });
}
