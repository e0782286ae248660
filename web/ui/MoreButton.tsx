/** The button for a list's next page, when there is one. */
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from '@vkontakte/vkui';

export interface MoreButtonProps {
  label: string;
  query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
}

export function MoreButton({ label, query }: MoreButtonProps) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      mode="secondary"
      stretched
      size="l"
      loading={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      {label}
    </Button>
  );
}
