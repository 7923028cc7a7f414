namespace Sassnet.Training.Configuration;

/// <summary>A configuration or a command line that cannot be used: names the key, the value seen and what is accepted.</summary>
public sealed class InvalidConfigurationException : Exception
{
    /// <summary>Makes the exception for one fault.</summary>
    public InvalidConfigurationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
