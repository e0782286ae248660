/** The sign of an attachment's kind. Its drawings come later than the first screen; the words beside it say the same. */
import { type ComponentType, lazy, Suspense } from 'react';
import type { AttachmentKind } from '../../shared/schemas/message.ts';

type Icon = ComponentType<{ kind: AttachmentKind }>;
const KindIcon = lazy(() =>
  import('./attachmentIcons.tsx').then(
    (icons): { default: Icon } => ({ default: icons.KindIcon }),
    () => ({ default: () => null }),
  ),
);

export function AttachmentIcon({ kind }: { kind: AttachmentKind }) {
  return (
    <Suspense fallback={null}>
      <KindIcon kind={kind} />
    </Suspense>
  );
}
