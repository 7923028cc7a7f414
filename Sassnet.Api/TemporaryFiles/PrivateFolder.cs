using Sassnet.Api.Configuration;

namespace Sassnet.Api.TemporaryFiles;

/// <summary>A folder that only the user can enter as whom the service runs.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes it, or makes sure of one that is there. Looks first and changes then: the mode of a link's target, or of another user's folder where this one may
    /// change it, is not for us to set. Once the folder is known to be this user's, no other can exchange it.
    /// </summary>
    /// <param name="path">The folder; without a separator at its end, where a link would be followed.</param>
    /// <param name="what">What it is for, such as <c>for uploads</c>.</param>
    /// <param name="option">The option that names another.</param>
    /// <exception cref="StartException">It is a link or another user's.</exception>
    public static void Make(string path, string what, string option)
    {
        Directory.CreateDirectory(path, OwnerOnly);
        var (owner, isLink) = FileOwner.Of(path);
        if (isLink)
            throw Unsafe("is a symbolic link");
        if (owner != FileOwner.Current)
            throw Unsafe($"belongs to user {owner}, and the service runs as user {FileOwner.Current}");
        File.SetUnixFileMode(path, OwnerOnly);

        StartException Unsafe(string why) => new($"The folder {what}, {path}, {why}; set {option} to a folder of the service's own.");
    }
}
