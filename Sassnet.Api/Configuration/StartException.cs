namespace Sassnet.Api.Configuration;

/// <summary>The service cannot start as configured. The message is one line that says what to change.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
