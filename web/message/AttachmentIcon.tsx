/** The icon of an attachment's kind. Icons load after the first screen; the text beside them says the same. */
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
