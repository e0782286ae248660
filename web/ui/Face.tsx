/** The picture of a person or community, or their initials. */
import { Avatar } from '@vkontakte/vkui';
import type { ReactNode } from 'react';
import { colourOf, initials } from './initials.ts';

export interface FaceProps {
  id: string;
  name: string;
  avatarUrl: string | null;
  sizePx: number;
  children?: ReactNode;
}

/** Hidden from screen readers: the name is always beside it. */
export function Face({ id, name, avatarUrl, sizePx, children }: FaceProps) {
  return (
    <Avatar
      size={sizePx}
      src={avatarUrl ?? undefined}
      initials={initials(name)}
      gradientColor={colourOf(id)}
      aria-hidden
    >
      {children}
    </Avatar>
  );
}
