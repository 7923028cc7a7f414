# Sourced by prerequisites.sh and train-on-cluster: says where .NET is, as DOTNET_ROOT and in PATH, if it is somewhere. A program that was built finds its runtime by
# DOTNET_ROOT alone where that is not at a system's usual place; PATH is nothing to it.

find_dotnet() {
    local folder
    if ! command -v dotnet > /dev/null; then
        for folder in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet "${HOME:-}/.dotnet"; do
            [[ -n "$folder" && -x "$folder/dotnet" ]] && export DOTNET_ROOT="$folder" PATH="$folder:$PATH" && return 0
        done
    elif [[ -z "${DOTNET_ROOT:-}" ]]; then
        folder="$(dirname "$(readlink -f "$(command -v dotnet)")")"
        # Some have a script of that name before it.
        [[ ! -d "$folder/shared/Microsoft.NETCore.App" ]] || export DOTNET_ROOT="$folder"
    fi
    return 0
}
