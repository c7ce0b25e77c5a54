/**
 * What the script for bash lacks: words of the line where the package
 * bash-completion is not installed, and names of files, for which bash itself
 * asks only if that is the default of the completion. The script turns the
 * default off where no file is wanted.
 */
export function bashEnding(name: string): string {
  return `
if ! type _get_comp_words_by_ref >/dev/null 2>&1; then
    _get_comp_words_by_ref() {
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
        cur=\${COMP_WORDS[COMP_CWORD]}
        prev=\${COMP_WORDS[COMP_CWORD-1]}
    }
fi
eval "$(complete -p ${name} | sed 's/^complete/& -o default/')"`;
}
