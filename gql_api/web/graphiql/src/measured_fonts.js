// Monaco measures its font when an editor opens; the font may arrive later, and every position would be off from then.

import { useMonaco } from '@graphiql/react';
import { useEffect } from 'react';

export function useMeasuredFonts() {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    if (!monaco) return undefined;
    const measure = () => monaco.editor.remeasureFonts();
    measure();
    document.fonts.addEventListener('loadingdone', measure);
    return () => document.fonts.removeEventListener('loadingdone', measure);
  }, [monaco]);
}
