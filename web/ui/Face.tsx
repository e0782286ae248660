/** A person's or a community's picture, or initials where there is none. */
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

/** Decoration: the name always stands beside it. */
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
