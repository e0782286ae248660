/** An image that says when it did not load, and loads again. */
import type { CSSProperties } from 'react';
import { MediaFailed } from './MediaFailed.tsx';
import { useMediaLoad } from './useMediaLoad.ts';

export interface LoadedImageProps {
  url: string | null;
  alt: string;
  className?: string | undefined;
  style?: CSSProperties | undefined;
  isLazy?: boolean;
  /** The button of a failure goes away when it is pressed: the focus needs another place. */
  onAgain?: () => void;
}

export function LoadedImage({ url, alt, className, style, isLazy = false, onAgain }: LoadedImageProps) {
  const load = useMediaLoad(url);
  if (load.state !== 'loading') {
    const again = () => {
      load.again();
      onAgain?.();
    };
    return <MediaFailed state={load.state} name={alt} style={style} onAgain={again} />;
  }
  return (
    <img
      key={load.attempt}
      className={className}
      style={style}
      src={url ?? undefined}
      alt={alt}
      loading={isLazy ? 'lazy' : undefined}
      onError={load.fail}
    />
  );
}
