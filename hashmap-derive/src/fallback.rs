//! Beside the errors: impls that say as little as possible, so that a broken struct is not also
//! "not a record" wherever it is used. They never run, for the program does not compile.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::krate;
use crate::model::Record;

pub(crate) fn to_redis_hash(record: &Record<'_>) -> TokenStream {
    let krate = krate(record);
    let ident = &record.original.ident;
    let name = ident.to_string();
    let (impl_generics, ty_generics, where_clause) = record.original.generics.split_for_impl();
    // Also where the template itself is the mistake.
    let key = record.attrs.key.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            impl #impl_generics #krate::HashKeyTemplate for #ident #ty_generics #where_clause {
                fn write_hash_key(
                    &self,
                    _: &mut #krate::__private::KeyWriter<'_>,
                ) -> #krate::__private::Result<(), #krate::KeyError> {
                    #krate::__private::Result::Ok(())
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::ToRedisHash for #ident #ty_generics #where_clause {
            const RECORD: #krate::__private::Record = #krate::__private::Record::new(#name);

            fn visit_hash_fields(
                &self,
                _: &mut impl #krate::__private::FieldVisitor,
            ) -> #krate::__private::Result<(), #krate::__private::BadField> {
                #krate::__private::Result::Ok(())
            }
        }
        #key
    }
}
