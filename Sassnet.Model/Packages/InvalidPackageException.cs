namespace Sassnet.Model.Packages;

/// <summary>A model package or a weights file that cannot be trusted or does not fit: says which file, which key, what was seen and what is accepted.</summary>
public sealed class InvalidPackageException : Exception
{
    /// <summary>Makes the exception for one fault.</summary>
    public InvalidPackageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
