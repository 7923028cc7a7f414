namespace Sassnet.Training.Configuration;

/// <summary>A configuration or a command line that cannot be used: names the key, the value seen and what is accepted.</summary>
public sealed class InvalidConfigurationException : Exception
{
    /// <summary>Makes the exception for one fault.</summary>
    public InvalidConfigurationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Makes the exception for the value of a key.</summary>
    internal InvalidConfigurationException(string key, string message)
        : base(message) => Key = key;

    /// <summary>The key, such as <c>optimizer.learningRate</c>, where the fault is a value's.</summary>
    internal string? Key { get; }
}
