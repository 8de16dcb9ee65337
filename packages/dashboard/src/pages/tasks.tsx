export function TasksPage(_props: { readonly q: string; readonly cursor: string | null }) {
  return <p>Tasks</p>;
}
